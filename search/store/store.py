"""Store: the opened database with its tables, wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass

from search.errors import CatalogueEmpty, CatalogueError, SpaceNotIndexed
from search.settings import Settings
from search.store.adoptions import Adoptions
from search.store.api_keys import ApiKeys
from search.store.breakers import Breakers
from search.store.calls import Calls
from search.store.comparisons import Comparisons
from search.store.database import Database
from search.store.embedded import EmbeddedServer, start_embedded
from search.store.embeddings import Embeddings
from search.store.evaluation_sets import EvaluationSets
from search.store.facets import FacetCounts
from search.store.finding import Words
from search.store.forgetting import Forgetting
from search.store.founding_vectors import FoundingVectors
from search.store.imports import Imports
from search.store.index_building import IndexBuilding
from search.store.index_queue import IndexQueue
from search.store.index_runs import IndexRuns
from search.store.judgements import Judgements
from search.store.model_switches import ModelSwitches
from search.store.narrowed import Categories
from search.store.narrowed_counts import NarrowedCounts
from search.store.pairs import Pairs
from search.store.past_searches import PastSearches
from search.store.photos import PhotoEmbeddings, PhotoPictures
from search.store.picture_failures import PictureFailures
from search.store.pictures import Pictures
from search.store.plan_trials import PlanTrials
from search.store.products import Products
from search.store.rollups import Rollups
from search.store.samples import USUAL, Samples, Sampling
from search.store.search_log import SearchLog
from search.store.search_plans import SearchPlans
from search.store.searches import Searches
from search.store.sign_outs import SignOuts
from search.store.space_checks import SpaceChecks
from search.store.spaces import Spaces
from search.store.thresholds import Thresholds
from search.store.truths import Truths
from search.store.vector_copy import VectorCopy
from search.store.vector_targets import VectorTargets
from search.store.word_counts import WordCounts
from search.vectors import Vector, VectorSpace


@dataclass(frozen=True, slots=True)
class Store:
    """One object a table family, on one database."""

    database: Database
    products: Products
    imports: Imports
    vectors: VectorCopy
    vector_targets: VectorTargets
    search_plans: SearchPlans
    plan_trials: PlanTrials
    categories: Categories
    words: Words
    facets: FacetCounts
    word_counts: WordCounts
    index_building: IndexBuilding
    embeddings: Embeddings
    photos: PhotoEmbeddings
    photo_pictures: PhotoPictures
    searches: Searches
    past_searches: PastSearches
    forgetting: Forgetting
    spaces: Spaces
    samples: Samples
    comparisons: Comparisons
    narrowed_counts: NarrowedCounts
    pairs: Pairs
    judgements: Judgements
    truths: Truths
    evaluation_sets: EvaluationSets
    thresholds: Thresholds
    calls: Calls
    search_log: SearchLog
    rollups: Rollups
    breakers: Breakers
    index_queue: IndexQueue
    index_runs: IndexRuns
    picture_failures: PictureFailures
    pictures: Pictures
    space_checks: SpaceChecks
    model_switches: ModelSwitches
    founding_vectors: FoundingVectors
    adoptions: Adoptions
    api_keys: ApiKeys
    sign_outs: SignOuts
    server: EmbeddedServer | None = None

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Reach the database that the settings name, or start the embedded one; migrate it.

        Raises a StoreError.
        """
        if settings.database:
            return cls.on(Database(settings.database))
        server = start_embedded(settings.likeness_data_dir)
        try:
            return cls.on(Database(server.conninfo), server)
        except BaseException:
            server.close()
            raise

    @classmethod
    def on(
        cls,
        database: Database,
        server: EmbeddedServer | None = None,
        sampling: Sampling = USUAL,
    ) -> Store:
        """Put the tables on a database."""
        spaces = Spaces(database)
        plans = SearchPlans(database, spaces)
        embeddings = Embeddings(database, spaces, plans)
        samples = Samples(database, spaces, sampling)
        comparisons = Comparisons(database, spaces, embeddings, samples)
        return cls(
            database,
            Products(database, spaces),
            Imports(database, spaces),
            VectorCopy(database, spaces),
            VectorTargets(database),
            plans,
            PlanTrials(database, spaces),
            Categories(database),
            Words(database, spaces),
            FacetCounts(database, spaces),
            WordCounts(database),
            IndexBuilding(database, spaces, is_ours=server is not None),
            embeddings,
            PhotoEmbeddings(database, spaces),
            PhotoPictures(database),
            Searches(database, spaces),
            PastSearches(database),
            Forgetting(database),
            spaces,
            samples,
            comparisons,
            NarrowedCounts(database, spaces, embeddings, samples),
            Pairs(database, spaces, comparisons, samples),
            Judgements(database, spaces),
            Truths(database),
            EvaluationSets(database),
            Thresholds(database, spaces),
            Calls(database, spaces),
            SearchLog(database, spaces),
            Rollups(database),
            Breakers(database),
            IndexQueue(database, spaces),
            IndexRuns(database, spaces),
            PictureFailures(database, spaces),
            Pictures(database, spaces),
            SpaceChecks(database, spaces),
            ModelSwitches(database, spaces),
            FoundingVectors(database, spaces),
            Adoptions(database),
            ApiKeys(database),
            SignOuts(database),
            server,
        )

    def why_nothing(self, space: VectorSpace) -> CatalogueError:
        """Say why there is nothing to compare with in a space, for the caller to raise."""
        products, pictures = self.products.count()
        if products == 0:
            return CatalogueEmpty()
        return SpaceNotIndexed(space=str(space), pictures=pictures)

    def centre(self, space: VectorSpace) -> Vector:
        """Return the mean of the catalogue's vectors; raise a CatalogueError without any."""
        centre = self.comparisons.centre(space)
        if centre is None:
            raise self.why_nothing(space)
        return centre

    def maintain(self) -> None:
        """Keep what looks at the whole catalogue quick, as often as one likes; see `samples`."""
        self.spaces.fold_changes()
        self.products.fold_changes()
        self.samples.maintain()
        self.words.forgive_typos()

    @property
    def is_embedded(self) -> bool:
        """Whether the database is our own."""
        return self.server is not None

    @property
    def is_alive(self) -> bool:
        """Whether this object can still be used: a server of our own may have died under it.

        Anybody else's server comes back by itself, and the pool with it.
        """
        return self.server is None or self.server.is_running

    def close(self) -> None:
        """Close the connections; the embedded server stops when nobody uses it any more."""
        self.database.close()
        if self.server is not None:
            self.server.close()
