"""Why the model cannot be changed, or why the one that was switched to cannot be used."""

from __future__ import annotations

from search.errors.root import LikenessError


class ModelError(LikenessError):
    """Changing the model: what was asked for cannot be done, and nothing was changed."""


class ModelUnknown(ModelError):
    """No encoder is configured for this model. Facts: `model`, `setting`, and `known` ones."""

    code = "model_unknown"


class ModelIncomplete(ModelError):
    """Searches with this model would not find every picture. Facts: `model`, `missing`."""

    code = "model_incomplete"


class ModelMissing(ModelError):
    """There is no second model. Facts: `reason`."""

    code = "model_missing"


class ModelLost(ModelError):
    """The settings have no encoder any more for the model that somebody switched to.

    Facts: `model`, `when` (UTC), `who`, `known` models, and the `setting` to be made.
    """

    code = "model_lost"


class SwitchInvalid(ModelError):
    """The model is not switched: nobody says why, or somebody else was faster. Facts: `reason`."""

    code = "switch_invalid"
