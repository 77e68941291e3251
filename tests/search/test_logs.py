"""Log lines: one form, one line a search, and the search that each line belongs to."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import SecretStr

from search import logs
from search.__main__ import main
from search.calls import BreakerChange, BreakerState, Errand, on_errand
from search.engine import SearchEngine
from search.errors import CatalogueEmpty
from search.journal import Journal
from search.settings import Settings
from tests.catalogues import products, unit_vectors
from tests.recorded import NOON, a_search

SECRET = 'pa"ss\\wörd'
ID = UUID(int=7)
Paint = Callable[..., bytes]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def in_json(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Settings:
    """Return settings whose log is JSON."""
    assert settings.log_format == "readable"
    monkeypatch.setenv("LOG_FORMAT", "json")
    return Settings.read()


def lines(capture: Capture) -> list[dict[str, Any]]:
    """Return the lines that were logged as JSON."""
    return [json.loads(line) for line in capture.readouterr().err.splitlines()]


def test_a_readable_line_says_when_how_bad_what_and_who(
    settings: Settings, capsys: Capture
) -> None:
    """It is for people, and has no colours that a file would keep."""
    logs.configure(settings, ours="INFO")
    logging.getLogger("likeness").info("ready: %s", "built-in", extra={"products": 720})
    (line,) = capsys.readouterr().err.splitlines()
    time, rest = line.split(" ", 1)
    assert datetime.fromisoformat(time).tzinfo is not None
    assert rest == "[info     ] ready: built-in [likeness] products=720"


def test_a_json_line_begins_with_the_same_four(in_json: Settings, capsys: Capture) -> None:
    """Time, level, logger and event, whoever wrote it; non-ASCII letters as they are."""
    logs.configure(in_json, ours="INFO")
    logging.getLogger("search.x").error("Привет", extra={"n": 1})
    logging.getLogger("urllib3").warning("retrying")
    ours, theirs = lines(capsys)
    assert list(ours) == ["time", "level", "logger", "event", "n"]
    assert (ours["level"], ours["logger"], ours["event"]) == ("error", "search.x", "Привет")
    assert (theirs["logger"], theirs["event"]) == ("urllib3", "retrying")


def test_levels_are_ours_and_the_libraries(settings: Settings, capsys: Capture) -> None:
    """LOG_LEVEL=DEBUG does not bring every library's chatter."""
    logs.configure(settings, ours="DEBUG")
    logging.getLogger("search.x").debug("seen")
    logging.getLogger("urllib3.x").info("not seen")
    assert [line.split()[3] for line in capsys.readouterr().err.splitlines()] == ["seen"]


def test_configuring_again_replaces_what_was(settings: Settings, capsys: Capture) -> None:
    """An engine that is opened once more does not write every line twice."""
    for _ in range(3):
        logs.configure(settings, ours="INFO")
    logging.getLogger("search").info("once")
    assert capsys.readouterr().err.count("once") == 1


def test_a_line_names_the_search_it_belongs_to(in_json: Settings, capsys: Capture) -> None:
    """All that a search has to do with can be found by its id, other libraries' lines included."""
    logs.configure(in_json, ours="INFO")
    with on_errand(Errand(search_id=ID)):
        logging.getLogger("psycopg.pool").warning("inside")
    logging.getLogger("search").info("outside")
    inside, outside = lines(capsys)
    assert inside["search_id"] == str(ID)
    assert "search_id" not in outside


def test_a_search_is_one_line(
    engine: SearchEngine, in_json: Settings, capsys: Capture, picture: Paint
) -> None:
    """What was found, where, how, and whose time it took."""
    logs.configure(in_json, ours="INFO")
    engine.store.products.add("test", products(unit_vectors(5)))
    found = engine.search(engine.reading.read(picture()), origin="command")
    (line,) = lines(capsys)
    times = [line.pop(name) for name in ("encoder_ms", "database_ms", "rest_ms")]
    assert all(0 < time < 60_000 for time in times)
    del line["time"]
    assert line == {
        "level": "info",
        "logger": "search",
        "event": "search",
        "search_id": str(found.id),
        "outcome": "ok",
        "origin": "command",
        "remembered": False,
        "cold": False,
        "shown": 5,
        "above": sum(hit.score >= found.threshold.value for hit in found.hits),
        "best": round(found.hits[0].score, 4),
    }


def test_a_failed_search_is_one_warning(
    engine: SearchEngine, in_json: Settings, capsys: Capture, picture: Paint
) -> None:
    """With the code of its error."""
    logs.configure(in_json, ours="INFO")
    with pytest.raises(CatalogueEmpty):
        engine.search(engine.reading.read(picture()))
    (line,) = lines(capsys)
    assert (line["level"], line["outcome"]) == ("warning", "catalogue_empty")
    assert line["best"] is None


def test_a_breaker_that_opens_is_a_warning(in_json: Settings, capsys: Capture) -> None:
    """Whoever reads the log knows why nothing is sent any more."""
    logs.configure(in_json, ours="INFO")
    journal = Journal(lambda _: None, [logs.SearchLine()])
    journal.breaker(
        BreakerChange(NOON, "p:1", "host.test", BreakerState.OPEN, NOON, "encoder_failed")
    )
    journal.search(a_search())
    journal.close()
    opened, search = lines(capsys)
    assert (opened["event"], opened["host"], opened["state"]) == ("breaker", "host.test", "open")
    assert opened["code"] == "encoder_failed"
    assert (search["event"], search["encoder_ms"]) == ("search", 1500.0)


@pytest.mark.parametrize("form", ["readable", "json"])
def test_secrets_are_cut_out_of_everything(form: Any) -> None:  # noqa: ANN401 - one of the forms
    """Message, arguments, extras of any depth, and tracebacks; known and unknown secrets."""
    formatter = logs.formatter(form, [SecretStr(SECRET)])
    error = ValueError(SECRET, "Bearer abc.def", "password=s3cret host=x")
    deep = {SECRET: [SECRET, {"url": "postgresql://u:s3cret@h/db"}]}
    record = logging.getLogger().makeRecord(
        "x",
        logging.ERROR,
        "file",
        1,
        "%s hf_someToken and %r",
        (SECRET, SECRET),
        (ValueError, error, None),
        extra={"deep": deep, "an_object": SecretHolder()},
    )
    line = formatter.format(record)
    assert line.count("[hidden]") >= 8
    for secret in (SECRET, repr(SECRET)[1:-1], "wörd", "someToken", "abc.def", "s3cret"):
        assert secret not in line
        assert json.dumps(secret, ensure_ascii=False)[1:-1] not in line


class SecretHolder:
    """An object that shows a secret when it is printed."""

    def __repr__(self) -> str:
        return f"<{SECRET}>"


def test_the_settings_name_their_secrets(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    """Tokens, addresses of databases and their passwords, as they are written and as they are."""
    assert settings.secrets == []
    monkeypatch.setenv("HUGGINGFACE_API_TOKEN", "hf_one")
    monkeypatch.setenv("ENCODER_TOKEN", "two")
    monkeypatch.setenv("VECTOR_DATABASE_URL", "postgresql://user:th%40ree@host/db")
    monkeypatch.setenv("DATABASE_URL", "host=x password='fo ur'")
    known = {secret.get_secret_value() for secret in Settings.read().secrets}
    assert {"hf_one", "two", "th@ree", "fo ur"} <= known


def test_a_message_stays_one_line(in_json: Settings, settings: Settings, capsys: Capture) -> None:
    """Nobody can write a line of the log by means of a file's name."""
    for chosen in (in_json, settings):
        logs.configure(chosen, ours="INFO")
        logging.getLogger("search").info("a\r\n2026 [info] forged \x1b[31m")
        (line,) = capsys.readouterr().err.splitlines()
        assert re.search(r"a\\+r\\+n2026 .info. forged \\+x1b", line)


@pytest.mark.parametrize("form", ["readable", "json"])
def test_the_key_of_a_demo_link_is_in_no_line(form: Literal["readable", "json"]) -> None:
    """Whoever writes it: a server's line of another form, a library, a traceback, or a cookie."""
    key = f"lk_{'Ab-_9' * 8}xyz"
    told = f'"WebSocket /?demo={key}&language=ru" likeness_demo={key}; demo%3D{key}'
    raised = (ValueError, ValueError(told), None)
    record = logging.getLogger().makeRecord(
        "x", 20, "f", 1, "%s", (told,), raised, extra={"address": f"/?demo={key}"}
    )
    line = logs.formatter(form).format(record)
    assert line.count("[hidden]") == 7
    assert "9xyz" not in line


@pytest.mark.parametrize(
    "seen", ["\x1b[2J", "\n", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f"]
)
def test_what_is_not_seen_is_written_as_an_escape(
    seen: str, in_json: Settings, settings: Settings, capsys: Capture
) -> None:
    """A host or a code in a line neither moves a terminal's cursor nor turns what follows."""
    told = {"host": f"h{seen}i", "deep": [f"h{seen}i"]}
    escape = repr(seen[0])[1:-1]
    logs.configure(settings, ours="INFO")
    logging.getLogger("search").info("a%sb", seen, extra=told)
    readable = capsys.readouterr().err
    assert readable.count("\n") == 1
    assert seen[0] not in readable[:-1]
    assert f"host=h{escape}" in readable
    logs.configure(in_json, ours="INFO")
    logging.getLogger("search").info("a%sb", seen, extra=told)
    written = capsys.readouterr().err
    assert seen[0] not in written[:-1]
    assert json.loads(written)["host"] == told["host"]


def test_a_traceback_stays_several_lines(settings: Settings, capsys: Capture) -> None:
    """It is for people, and what is not seen in it is escaped line by line."""
    logs.configure(settings, ours="INFO")
    try:
        int("a\x1b[2Jb")
    except ValueError as error:
        error.args = ("a\x1b[2Jb",)
        logging.getLogger("search").exception("failed")
    told = capsys.readouterr().err.splitlines()
    assert len(told) > 3
    assert told[-1] == r"ValueError: a\x1b[2Jb"


def test_a_value_without_end_is_cut_and_no_secret_with_it() -> None:
    """No line takes long to write, and none ends in half a secret."""
    formatter = logs.formatter("json", [SecretStr(SECRET)])
    for before in range(1, len(SECRET)):
        told = "x" * (logs._LONGEST - before) + SECRET + "://" + "a:" * 100_000
        record = logging.getLogger().makeRecord("x", 20, "f", 1, "%s", (told,), None)
        began = time.thread_time()
        event = json.loads(formatter.format(record))["event"]
        assert time.thread_time() - began < 2
        assert set(event.rstrip("[hiden]…")) == {"x"}


def test_a_line_that_cannot_be_written_shows_nothing(settings: Settings, capsys: Capture) -> None:
    """Python itself would print the arguments, secrets and all."""
    logs.configure(settings, ours="INFO")
    record = logging.getLogger("search").makeRecord("search", 40, "f", 1, "%d", (SECRET,), None)
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logs._Lines):
            handler.handle(record)
    told = capsys.readouterr().err
    assert told.startswith("a line of search cannot be written (")
    assert SECRET not in told


def test_commands_log_nothing_but_errors(settings: Settings, capsys: Capture) -> None:
    """What a command has to say, it prints."""
    assert settings.log_level == "INFO"
    assert main(["settings"]) == 0
    logging.getLogger("search").warning("not seen")
    logging.getLogger("urllib3").warning("not seen")
    logging.getLogger("search").error("seen")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("[error    ] seen [search]")


def test_wrong_settings_do_not_keep_a_command_from_speaking(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, capsys: Capture
) -> None:
    """Help and the table of settings come even so."""
    assert settings.log_format == "readable"
    monkeypatch.setenv("LOG_FORMAT", "loud")
    assert main(["settings"]) == 0
    assert "LOG_FORMAT" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/", "/"),
        (f"/?search={ID}", "/?..."),
        ("/history?text=blue%20mug&language=ru", "/history?..."),
        (f"/?demo=lk_{'x' * 43}", "/?..."),
        (f"/threshold?language=ru&demo=lk_{'x' * 43}", "/threshold?..."),
        (f"/api/photos/{'0f' * 32}", "/api/photos/..."),
        (f"/api/photos/{'0F' * 32}?x=1", "/api/photos/...?..."),
        (f"/shop/media/{'39' * 16}.jpg", "/shop/media/..."),
        (f"/api/judgements/{ID}?who=Ann", "/api/judgements/...?..."),
        ("/api/pictures/12?size=small", "/api/pictures/12?..."),
        ("/static/js/index.DormvYxC.js", "/static/js/index.DormvYxC.js"),
    ],
)
def test_a_request_is_logged_without_what_it_names(
    caplog: pytest.LogCaptureFixture, address: str, shown: str
) -> None:
    """Whoever reads the log can neither open a search nor see a photo, whatever writes the line."""
    logs.hide_addresses()
    logs.hide_addresses()
    server = logging.getLogger("uvicorn.access")
    with caplog.at_level(logging.INFO, server.name):
        server.addHandler(caplog.handler)  # as Streamlit does when its settings change
        server.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", address, "1.1", 200)
        server.info("a line that nobody knows: %s", address)
        server.removeHandler(caplog.handler)
    assert {record.getMessage() for record in caplog.records} == {
        f'127.0.0.1:5 - "GET {shown} HTTP/1.1" 200'
    }
