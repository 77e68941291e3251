"""Is everything as it should be? Settings, database, extension, catalogue, encoder, space."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from search.calls import Errand, Purpose, on_errand
from search.engine import SearchEngine
from search.errors import LikenessError
from search.language import Language
from search.settings import Settings
from search.trial import trial_picture


class Verdict(StrEnum):
    """How a check ended; the values are keys of texts."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, how it ended, and a sentence."""

    check: str
    verdict: Verdict
    sentence: str


Read = Callable[[], Settings]
_Said = tuple[Verdict, str]


def examine(read_settings: Read, words: Language) -> Iterator[Finding]:
    """Check one thing after the other; what stands on a failed one is not tried."""
    doctor = _Doctor(read_settings, words)
    failed = False
    try:
        for name, check in doctor.checks().items():
            if failed:
                verdict, sentence = Verdict.SKIPPED, words.text("doctor.not_tried")
            else:
                verdict, sentence = _outcome(check, words)
            failed = failed or verdict is Verdict.FAILED
            yield Finding(words.text(f"doctor.{name}"), verdict, sentence)
    finally:
        doctor.close()


def _outcome(check: Callable[[], _Said], words: Language) -> _Said:
    try:
        return check()
    except LikenessError as error:
        return Verdict.FAILED, words.error(error).sentence


class _Doctor:
    def __init__(self, read_settings: Read, words: Language) -> None:
        self._read_settings = read_settings
        self._words = words
        self._opened: SearchEngine | None = None
        self._settings: Settings | None = None

    def checks(self) -> dict[str, Callable[[], _Said]]:
        return {
            "settings": self._check_settings,
            "database": self._check_database,
            "extension": self._check_extension,
            "catalogue": self._check_catalogue,
            "encoder": self._check_encoder,
            "space": self._check_space,
        }

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    @property
    def _engine(self) -> SearchEngine:
        if self._opened is None:
            self._opened = SearchEngine.open(self._settings or self._read_settings())
        return self._opened

    def _check_settings(self) -> _Said:
        self._settings = settings = self._read_settings()
        where = "yours" if settings.database else "embedded"
        kind = settings.encoder_dialect if settings.uses_http else "builtin"
        return Verdict.OK, self._words.text(
            "doctor.settings_ok", encoder=kind, database=self._words.text(f"doctor.{where}")
        )

    def _check_database(self) -> _Said:
        database = self._engine.store.database
        version = database.version()
        start = time.perf_counter()
        database.version()
        return Verdict.OK, self._words.text(
            "doctor.database_ok", version=version, milliseconds=_milliseconds(start)
        )

    def _check_extension(self) -> _Said:
        version = self._engine.store.database.extension_version()
        return Verdict.OK, self._words.text("doctor.extension_ok", version=version)

    def _check_catalogue(self) -> _Said:
        coverage = self._engine.coverage()
        complete = coverage.products > 0 and coverage.indexed >= coverage.pictures
        key = "doctor.catalogue_ok" if complete else "doctor.catalogue_partial"
        return (Verdict.OK if complete else Verdict.WARNING), self._words.text(
            key,
            products=coverage.products,
            pictures=coverage.pictures,
            indexed=coverage.indexed,
            space=str(coverage.space),
        )

    def _check_encoder(self) -> _Said:
        encoder = self._engine.encoder
        start = time.perf_counter()
        with on_errand(Errand(Purpose.TEST)):
            embedding = encoder.encode(trial_picture())
        return Verdict.OK, self._words.text(
            "doctor.encoder_ok",
            name=encoder.name,
            milliseconds=_milliseconds(start),
            space=str(embedding.space),
        )

    def _check_space(self) -> _Said:
        check = self._engine.check_space()
        if check.lowest is None:
            return Verdict.WARNING, self._words.text("doctor.space_unchecked")
        key = "doctor.space_agrees" if check.agrees else "doctor.space_differs"
        return (Verdict.OK if check.agrees else Verdict.FAILED), self._words.text(
            key, pictures=check.pictures, lowest=self._words.similarity(check.lowest)
        )


def _milliseconds(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
