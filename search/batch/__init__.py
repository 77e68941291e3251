"""Many photos at once: files told apart, archives opened, each photo searched with by itself."""

from search.batch.batch import Batch, Phase
from search.batch.cost import Cost
from search.batch.files import MOST_PHOTOS, GivenFile, LeftOut, needed
from search.batch.rows import BEST, PhotoRow, State
from search.batch.service import Batches, Means

__all__ = [
    "BEST",
    "MOST_PHOTOS",
    "Batch",
    "Batches",
    "Cost",
    "GivenFile",
    "LeftOut",
    "Means",
    "Phase",
    "PhotoRow",
    "State",
    "needed",
]
