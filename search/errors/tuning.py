"""Why a threshold, a judgement or an evaluation set cannot be used."""

from __future__ import annotations

from search.errors.root import LikenessError


class TuningError(LikenessError):
    """Choosing a threshold: what was asked for cannot be done; something else can."""


class ThresholdInvalid(TuningError):
    """The threshold to be saved is none, or nobody says why. Facts: `reason`."""

    code = "threshold_invalid"


class ThresholdUnknown(TuningError):
    """The encoder's space has no such threshold to return to. Facts: `threshold`."""

    code = "threshold_unknown"


class JudgementInvalid(TuningError):
    """What was sent is no judgement. Facts: `reason`."""

    code = "judgement_invalid"


class JudgementTaken(TuningError):
    """Another judgement has the same id. Facts: `judgement`."""

    code = "judgement_taken"


class JudgementUnknown(TuningError):
    """There is no such judgement, or another person made it. Facts: `judgement`, `who`."""

    code = "judgement_unknown"


class JudgementsUnreadable(TuningError):
    """The file to import is no table of judgements. Facts: `reason`."""

    code = "judgements_unreadable"


class ProductUnknown(TuningError):
    """The catalogue has no such product. Facts: `product`."""

    code = "product_unknown"


class DealInvalid(TuningError):
    """What was asked for is no hand of cards. Facts: `reason`."""

    code = "deal_invalid"


class SourceUnknown(TuningError):
    """There are no photos under this key. Facts: `source`."""

    code = "source_unknown"


class SetExists(TuningError):
    """An evaluation set has this name already. Facts: `name`."""

    code = "set_exists"


class SetNameInvalid(TuningError):
    """An evaluation set cannot have this name. Facts: `reason`."""

    code = "set_name_invalid"


class SetUnreadable(TuningError):
    """The folder or file holds no set of photos. Facts: `path`, `reason`."""

    code = "set_unreadable"


class SetEmpty(TuningError):
    """None of a set's photos can be used. Facts: `path`."""

    code = "set_empty"
