"""Tables that are there beside a catalogue that was imported otherwise: told, not copied."""

from __future__ import annotations

import threading

import pytest
from psycopg.conninfo import conninfo_to_dict

from search.adopting.report import AdoptionReport
from search.doctor import Verdict, examine
from search.engine import SearchEngine
from search.language import language
from tests.catalogues import products, unit_vectors
from tests.founding import FoundingDatabases
from tests.search.adopting.conftest import SMALL, Adopt, ask


@pytest.fixture
def imported(founding: FoundingDatabases, adopting: Adopt) -> SearchEngine:
    """Return an engine with a catalogue of one's own, at a database with such tables."""
    engine = adopting(founding)
    engine.store.products.add("mine", products(unit_vectors(1)))
    return engine


def test_what_is_not_copied_is_told_without_looking_again(
    founding: FoundingDatabases, imported: SearchEngine
) -> None:
    """How many products, in which tables, at which variable; as of the last look in time."""
    adoption = imported.adoption
    assert adoption.state().unfollowed is None
    adoption._refresh_unasked()
    found = adoption.state().unfollowed
    assert found is not None
    assert (found.products, found.setting) == (SMALL, "DATABASE_URL")
    assert found.tables[:2] == ("public.products", "public.product_images")
    assert not adoption.state().is_adopted
    ask(founding.catalogue, "DROP TABLE product_images")
    assert adoption.state().unfollowed == found
    adoption._refresh_unasked()
    assert adoption.state().unfollowed is None


def test_whoever_asks_gets_them_and_is_not_told_again(
    founding: FoundingDatabases, adopting: Adopt, imported: SearchEngine
) -> None:
    """In every process, whichever of them copies."""
    other = adopting(founding)
    for engine in (imported, other):
        engine.adoption._refresh_unasked()
    other.adoption.start_now()
    assert other.adoption.join(20)
    for engine in (imported, other):
        assert engine.store.products.count()[0] == SMALL + 1
        assert engine.adoption.state().unfollowed is None
        assert engine.adoption.state().is_adopted


def test_tables_that_nobody_asked_for_are_no_trouble(
    founding: FoundingDatabases, imported: SearchEngine
) -> None:
    """What may not be read is not offered, nor an error; no more is what is empty or gone."""
    user = conninfo_to_dict(founding.reads_catalogue)["user"]
    for statement in (
        f"REVOKE SELECT ON products FROM {user}",  # noqa: S608 - our own text
        f"GRANT SELECT ON products TO {user}; TRUNCATE products",
    ):
        ask(founding.catalogue, statement)
        imported.adoption._refresh_unasked()
        state = imported.adoption.state()
        assert (state.unfollowed, state.error, state.is_adopted) == (None, None, False)


def test_what_has_gone_when_somebody_asks_for_it_is_offered_no_more(
    founding: FoundingDatabases, imported: SearchEngine
) -> None:
    """Pressing twice would not bring it back."""
    imported.adoption._refresh_unasked()
    ask(founding.catalogue, "DROP TABLE products")
    imported.adoption.refresh_quietly()
    assert imported.adoption.state().unfollowed is None


def test_doctor_names_the_command_that_copies(
    founding: FoundingDatabases, imported: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting Likeness is what does not copy here."""
    del founding
    for name in ("vector_database_url", "database_url"):
        address = getattr(imported.settings, name).get_secret_value()
        monkeypatch.setenv(name.upper(), address)
    found = {f.check: f for f in examine(type(imported.settings).read, language("en"))}["Source"]
    assert found.verdict is Verdict.WARNING
    assert "imported otherwise: python -m search adopt" in found.sentence
    assert "start Likeness" not in found.sentence


def test_an_empty_catalogue_waits_for_the_first_look(
    founding: FoundingDatabases, adopting: Adopt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is over nobody is told that there is nothing, and offered the demo."""
    held = threading.Event()
    adoption = adopting(founding, catalogue_refresh_minutes=0).adoption
    refresh = adoption.refresh

    def late() -> AdoptionReport | None:
        assert held.wait(20)
        return refresh()

    monkeypatch.setattr(adoption, "refresh", late)
    assert not adoption.state().is_adopted
    adoption.start()
    state = adoption.state()
    assert (state.is_here, state.is_adopted, state.report) == (True, True, None)
    held.set()
    adoption._upkeep._thread.join(20)
    state = adoption.state()
    assert (state.is_here, state.report is None) == (False, False)
