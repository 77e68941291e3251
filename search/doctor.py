"""Is everything as it should be? Settings, sign-in, database, catalogue, encoder, space."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from search.access.discovery import discover
from search.access.people import People
from search.access.sign_in_steps import CALLBACK
from search.adopting.state import Examination
from search.calls import Errand, Purpose, on_errand
from search.engine import SearchEngine
from search.errors import LikenessError, TablesMissing
from search.language import Language
from search.planning.telling import advised, sentence
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
# Whoever has one model reads nothing of others.
_ONLY_IF_THERE = "models"
# Whoever cannot sign in is away; all else is as it was.
_NOTHING_STANDS_ON = "sign_in"


def examine(read_settings: Read, words: Language) -> Iterator[Finding]:
    """Check one thing after the other; what stands on a failed one is not tried."""
    doctor = _Doctor(read_settings, words)
    failed = False
    try:
        for name, check in doctor.checks().items():
            if name == _ONLY_IF_THERE and (failed or not doctor.has_models):
                continue
            if failed:
                verdict, sentence = Verdict.SKIPPED, words.text("doctor.not_tried")
            else:
                verdict, sentence = _outcome(check, words)
            if name != _NOTHING_STANDS_ON:
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
            "sign_in": self._check_sign_in,
            "database": self._check_database,
            "extension": self._check_extension,
            "models": self._check_models,
            "source": self._check_source,
            "catalogue": self._check_catalogue,
            "words": self._check_words,
            "plan": self._check_plan,
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
        kind = settings.encoder_dialect if settings.uses_http else settings.encoder_kind
        return Verdict.OK, self._words.text(
            "doctor.settings_ok", encoder=kind, database=self._words.text(f"doctor.{where}")
        )

    def _check_sign_in(self) -> _Said:
        """Say whether people can be sent to sign in; Streamlit's own file is not seen from here."""
        settings, words = self._settings or self._read_settings(), self._words
        if not settings.signs_in:
            served = "anonymous" if settings.allow_anonymous else "local"
            return Verdict.OK, words.text(f"doctor.sign_in_none_{served}")
        found = discover(settings.oidc_issuer or "")
        if found.trouble is not None:
            return Verdict.FAILED, words.text(
                f"doctor.sign_in_{found.trouble}", address=found.address, named=found.named
            )
        listed = (settings.viewers, settings.analysts, settings.operators)
        viewers, analysts, operators = (People.read(one).entries if one else 0 for one in listed)
        return Verdict.OK, words.text(
            "doctor.sign_in_ok",
            address=found.address,
            redirect=f"{settings.public_url}{CALLBACK}",
            viewers=viewers,
            analysts=analysts,
            operators=operators,
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

    @property
    def has_models(self) -> bool:
        """Whether there is a second model, or somebody ever switched."""
        settings = self._settings or self._read_settings()
        return settings.beside is not None or bool(self._engine.models.history(1))

    def _check_models(self) -> _Said:
        """Say which model is active, and whether the one beside it answers; ModelLost is raised."""
        models, words = self._engine.models, self._words
        active, beside = models.active(), models.beside()
        if beside is None and models.are_one:
            return Verdict.WARNING, words.text("doctor.models_same", model=str(active))
        if beside is None:
            last = models.history(1)[0]
            when = words.moment(last.set_at)
            said = words.text("doctor.models_alone", active=str(active), when=when, who=last.who)
            return Verdict.OK, said
        try:
            with on_errand(Errand(Purpose.TEST)):
                self._engine.beside.encoder.encode(trial_picture())
        except LikenessError as error:
            reason = words.error(error).sentence
            return Verdict.WARNING, words.text(
                "doctor.models_next_failed", active=str(active), beside=str(beside), reason=reason
            )
        other = next(model for model in models.configured() if not model.is_active)
        return Verdict.OK, words.text(
            "doctor.models_ok",
            active=str(active),
            beside=str(beside),
            indexed=other.indexed,
            pictures=other.pictures,
        )

    def _check_source(self) -> _Said:
        """Say what the catalogue is copied from; one that is away takes nothing from searching."""
        adoption, words = self._engine.adoption, self._words
        if not adoption.is_possible:
            return Verdict.OK, words.text("doctor.source_own")
        try:
            return self._source_said(adoption.examine())
        except TablesMissing as error:
            if adoption.state().adopted_at is not None:
                return Verdict.WARNING, words.error(error).sentence
            return Verdict.OK, words.text("doctor.source_own")
        except LikenessError as error:
            return Verdict.WARNING, words.error(error).sentence

    def _source_said(self, found: Examination) -> _Said:
        words, said = self._words, []
        if found.shop is not None:
            tables = ", ".join(found.shop.found)
            said.append(words.text("doctor.source_tables", products=found.products, tables=tables))
            lacks, missing = "doctor.source_lacks", found.shop.missing
        else:
            said.append(words.text("doctor.source_query", products=found.products))
            lacks, missing = "doctor.source_query_lacks", found.trial.missing if found.trial else ()
        if found.adopted_at is None:
            key = "doctor.source_never" if found.is_followed else "doctor.source_unfollowed"
            said.append(words.text(key))
        else:
            when = words.moment(found.adopted_at)
            key = "doctor.source_fresh" if found.is_fresh else "doctor.source_stale"
            said.append(words.text(key, when=when))
        if missing:
            said.append(words.text(lacks, missing=", ".join(missing)))
        fine = found.is_fresh and not missing
        return (Verdict.OK if fine else Verdict.WARNING), "; ".join(said)

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

    def _check_words(self) -> _Said:
        """Say whether typos are forgiven; without that all else about words works."""
        trigrams = self._engine.store.words.trigrams()
        if trigrams.version is not None:
            return Verdict.OK, self._words.text("doctor.words_ok", version=trigrams.version)
        key = "doctor.words_plain" if trigrams.is_available else "doctor.words_bare"
        return Verdict.WARNING, self._words.text(key)

    def _check_plan(self) -> _Said:
        standing = self._engine.planning.standing()
        said = [sentence(standing, self._words)]
        said.extend(f"{text} {command}" for text, command in advised(standing, self._words))
        missed = standing.choice.measured
        falls_short = missed is not None and missed.recall < standing.target
        fine = not standing.advice and not falls_short
        return (Verdict.OK if fine else Verdict.WARNING), " ".join(said)

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
        if check.median is None and check.trouble is not None:
            why = self._words.error(check.trouble).sentence
            return Verdict.WARNING, self._words.text("doctor.space_missed", why=why)
        if check.median is None:
            return Verdict.WARNING, self._words.text("doctor.space_unchecked")
        if check.differs:
            median = self._words.similarity(check.median)
            return Verdict.FAILED, self._words.text(
                "doctor.space_differs", pictures=check.pictures, median=median
            )
        said = self._words.text(
            "doctor.space_agrees",
            pictures=len(check.fitting),
            lowest=self._words.similarity(check.fitting[0]),
        )
        if not check.misfits:
            return Verdict.OK, said
        replaced = self._words.text(
            "doctor.space_replaced", n=check.misfits, pictures=check.pictures
        )
        return Verdict.WARNING, f"{said}; {replaced}"


def _milliseconds(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
