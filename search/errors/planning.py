"""Why a plan of search cannot be measured or changed."""

from __future__ import annotations

from search.errors.root import LikenessError


class PlanningError(LikenessError):
    """What was asked for of the plan of search cannot be done."""


class PlanningElsewhere(PlanningError):
    """Another process measures, or builds an index, already."""

    code = "planning_elsewhere"
    retry = True


class IndexUnknown(PlanningError):
    """There is no vector index of this name. Facts: `name`, `names`."""

    code = "index_unknown"


class BuildUnsupported(PlanningError):
    """This pgvector has no such index. Facts: `version`."""

    code = "build_unsupported"
