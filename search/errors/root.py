"""The root of the tree of errors, and what is wrong before anything has begun."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

from search.language import Fact, language


class LikenessError(Exception):
    """The root of the tree. `facts` fill the placeholders of the sentence and hold no secrets."""

    code: ClassVar[str] = "unexpected"
    retry: ClassVar[bool] = False

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return language("en").error(self).sentence

    @classmethod
    def kinds(cls) -> Iterator[type[Self]]:
        """Yield this kind of error and all below it in the tree."""
        yield cls
        for below in cls.__subclasses__():
            yield from below.kinds()


class SettingError(LikenessError):
    """Facts: `name` of the variable, `expected`, and `given` unless it is a secret."""

    code = "setting"


class SettingMissing(SettingError):
    """Others need it. Facts: `name` of the variable, `reason`."""

    code = "setting_missing"


class SignInForNobody(SettingMissing):
    """Sign-in is set up, and no list names anybody. No facts."""

    code = "sign_in_for_nobody"
