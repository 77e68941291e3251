"""Which model searches are made with: the active one, the one beside it, and switching."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property

from search.encoders import Encoder
from search.encoders.choice import builtin_space
from search.errors import (
    ModelIncomplete,
    ModelLost,
    ModelMissing,
    ModelUnknown,
    StoreError,
    SwitchInvalid,
)
from search.models.configured import Configured, configured
from search.people import reasoned, signed
from search.settings import Settings
from search.store.known import Known
from search.store.model_switches import Switch
from search.store.store import Store
from search.vectors import VectorSpace

HISTORY = 50
# What somebody switched to, in whichever process, is known here so soon.
FOLLOWS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Model:
    """A configured model and how much of the catalogue can be searched with it.

    `host` is "" for an encoder in this process. `missing` counts the pictures that a search would
    not find although a model could have encoded them: with none of them it is complete.
    """

    space: VectorSpace
    name: str
    host: str
    is_active: bool
    pictures: int
    indexed: int
    missing: int

    @property
    def is_complete(self) -> bool:
        """Whether a switch to it loses nothing."""
        return not self.missing


class Models:
    """One an engine. Every method may be called from several threads at once.

    A switch holds in every process: here at once, elsewhere within a second.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        given: Encoder | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the settings of both encoders; `given` takes the place of the first one."""
        self._store = store
        self._settings = settings
        self._given = given
        self._last = Known(
            lambda: next(iter(store.model_switches.last()), None), FOLLOWS_SECONDS, clock, _later
        )

    def configured(self) -> list[Model]:
        """Return the models that the settings name, the first encoder's first."""
        pictures = self._store.products.count()[1]
        active = self._searched()
        return [
            Model(
                one.space,
                one.name,
                one.host,
                is_active=one.space == active,
                pictures=pictures,
                indexed=self._store.embeddings.count(one.space),
                missing=self._store.model_switches.missing(one.space),
            )
            for one in self._by_space.values()
        ]

    @property
    def are_one(self) -> bool:
        """Whether both encoders of the settings are of one space: then there is no new model."""
        return len(self._configured) > len(self._by_space)

    def active(self) -> VectorSpace:
        """Return the space that is searched: of the last switch, or else the first encoder's.

        Raises ModelLost when the settings have no encoder for it any more, StoreError when nothing
        could be read yet and it might be either.
        """
        try:
            last = self._last.get()
        except StoreError:
            if len(self._by_space) > 1:
                raise
            return self.first.space
        if last is None:
            return self.first.space
        if last.space not in self._by_space:
            raise self._lost(last)
        return last.space

    def wanted(self) -> VectorSpace:
        """Return the space that is to be searched, whether or not it has an encoder.

        It is the first encoder's as long as nothing could be read.
        """
        try:
            return self._searched()
        except StoreError:
            return self.first.space

    def beside(self) -> VectorSpace | None:
        """Return the space that is configured and not the active one; None without any."""
        active = self._searched()
        return next((space for space in self._by_space if space != active), None)

    def next(self) -> VectorSpace:
        """Return the same; raise ModelMissing where `beside` returns None."""
        space = self.beside()
        if space is None:
            why = "same" if self.are_one else "unset"
            raise ModelMissing(reason=f"@reasons.model_{why}", model=str(self.first.space))
        return space

    def named(self, text: str) -> VectorSpace:
        """Return the configured space that a text names, with any of the model's names.

        Raises ModelUnknown.
        """
        asked = VectorSpace.written(text)
        for space in self._by_space:
            if space == asked or (not asked.revision and space.model == asked.model):
                return space
        raise self._unknown(asked)

    def encoder_of(self, space: VectorSpace) -> Configured:
        """Return the encoder that is configured for a space; raise ModelUnknown."""
        found = self._by_space.get(space)
        if found is None:
            raise self._unknown(space)
        return found

    def switch(self, space: VectorSpace, *, who: str, why: str, anyway: bool = False) -> Switch:
        """Make a configured space the active one, in every process.

        `who` has at most 80 characters (none: "anonymous"), `why` 1 to 500. Raises ModelUnknown,
        ModelIncomplete unless it is to be done `anyway`, SwitchInvalid, StoreError.
        """
        self.encoder_of(space)
        who, why = signed(who, SwitchInvalid), reasoned(why, SwitchInvalid)
        missing = self._store.model_switches.missing(space)
        if missing and not anyway:
            raise ModelIncomplete(model=str(space), missing=missing)
        added = self._store.model_switches.add(space, self.first.space, who, why)
        if added is None:
            raise SwitchInvalid(reason="@reasons.model_active", model=str(space))
        self._last.learn(added)
        return added

    def take_back(self, *, who: str, switch: Switch | None = None) -> Switch:
        """Return to what was active before a switch: the last one, or the one that somebody saw.

        It becomes a new entry of the history. It is done at once, also where pictures that came
        meanwhile are not indexed there. Raises ModelUnknown, SwitchInvalid, StoreError.
        """
        who = signed(who, SwitchInvalid)
        last = next(iter(self.history(1)), None)
        if last is None:
            raise SwitchInvalid(reason="@reasons.model_never_switched")
        if switch is not None and switch.id != last.id:
            raise SwitchInvalid(reason="@reasons.model_switched_meanwhile")
        self.encoder_of(last.before)
        added = self._store.model_switches.take_back(last.id, who)
        if added is None:
            raise SwitchInvalid(reason="@reasons.model_switched_meanwhile")
        self._last.learn(added)
        return added

    def history(self, limit: int = HISTORY) -> list[Switch]:
        """Return the last switches, the one that holds first."""
        return self._store.model_switches.last(limit)

    @cached_property
    def _configured(self) -> Sequence[Configured]:
        return configured(self._settings, self._given)

    @cached_property
    def _by_space(self) -> dict[VectorSpace, Configured]:
        """Of two encoders for one space the first one is asked."""
        by_space: dict[VectorSpace, Configured] = {}
        for one in self._configured:
            by_space.setdefault(one.space, one)
        return by_space

    @property
    def first(self) -> Configured:
        """The first encoder of the settings."""
        return self._configured[0]

    def _searched(self) -> VectorSpace:
        """Return the active space, also where it has no encoder any more."""
        last = self._last.get()
        return last.space if last else self.first.space

    def _unknown(self, space: VectorSpace) -> ModelUnknown:
        return ModelUnknown(model=str(space), known=self._known(), setting=_setting_for(space))

    def _lost(self, last: Switch) -> ModelLost:
        return ModelLost(
            model=str(last.space),
            when=f"{last.set_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            who=last.who,
            known=self._known(),
            setting=_setting_for(last.space),
        )

    def _known(self) -> str:
        return ", ".join(str(one.space) for one in self._configured)


def _later(known: Switch | None, new: Switch | None) -> Switch | None:
    """Return the later one: what was read before somebody switched here may come after that."""
    is_older = known is not None and (new is None or new.id < known.id)
    return known if is_older else new


def _setting_for(space: VectorSpace) -> str:
    """Return what the settings would have to say for an encoder of a space."""
    if space.model == builtin_space().model:
        return "ENCODER=builtin"
    return f"ENCODER_MODEL={space}"
