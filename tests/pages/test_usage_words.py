"""What the usage page writes: forecasts, times, axes, CSV files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pages.parts.texts import FOLDER
from pages.parts.usage.chart.axes import (
    count_axis,
    duration_axis,
    root_axis,
    seconds_axis,
    similarity_axis,
    time_axis,
)
from pages.parts.usage.exports import Export, written
from pages.parts.usage.quota import forecast_says
from pages.parts.usage.words import Words, rounded
from search.language import language
from search.usage.span import Preset, span_of
from search.usage.views import Forecast
from tests.pages.played_monitoring import quota

NOW = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)


def words(code: str = "en", zone: str = "Europe/Berlin") -> Words:
    """Return a reader's way of writing."""
    return Words(language(code, FOLDER), ZoneInfo(zone), NOW)


def plain(text: str) -> str:
    """Write ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{THIN SPACE}", " ")


DAYS = {name: date(2026, 11, day) for name, day in (("first", 26), ("about", 28), ("last", 29))}


@pytest.mark.parametrize(
    ("days", "english", "russian"),
    [
        (
            (None, None, None),
            "reached: about 24,300 of 30,000 by the end of November, in 8 of 10 cases 22,000–",
            "хватит: к концу ноября будет около 24 300 из 30 000, в 8 случаях из 10 — 22 000–",
        ),
        (
            (None, DAYS["first"], None),
            "in 8 of 10 cases 22,000–26,700. The limit may be reached from 26 November on.",
            "Лимит может быть исчерпан начиная с 26 ноября.",
        ),
        (
            (DAYS["about"], DAYS["first"], DAYS["last"]),
            "the limit of 30,000 is reached about 28 November. In 8 of 10 cases on 26–29 November.",
            "лимит 30 000 будет исчерпан примерно 28 ноября. В 8 случаях из 10 — 26–29 ноября.",
        ),
        (
            (DAYS["about"], DAYS["first"], None),
            "It may be as early as 26 November, or not before the month is over.",
            "Возможно, уже 26 ноября, а возможно, до конца месяца хватит.",
        ),
    ],
)
def test_a_forecast_is_a_sentence(
    days: tuple[date | None, date | None, date | None], english: str, russian: str
) -> None:
    """With its interval, and no more digits than anybody can know."""
    foreseen = quota(forecast=Forecast(24_317.2, 22_011.0, 26_742.9, *days))
    assert english in plain(forecast_says(foreseen, words()))
    assert russian in plain(forecast_says(foreseen, words("ru")))


def test_times_have_the_readers_units() -> None:
    """Milliseconds below a second, tenths below ten, and ≈ where it was taken from bins."""
    en, ru = words(), words("ru")
    assert [plain(en.seconds(s)) for s in (0.0042, 0.42, 1.44, 34.4)] == [
        "4.2 ms",
        "420 ms",
        "1.4 s",
        "34 s",
    ]
    assert plain(ru.seconds(1.44, exact=False)) == "≈ 1,4 с"
    assert en.seconds(None) == "–"
    assert plain(en.seconds(0.9996)) == "1 s"
    assert [plain(en.seconds_range(*ends)) for ends in ((0.019, 0.0194), (0.9996, 1.64))] == [
        "19 ms",
        "1–1.6 s",
    ]


def test_lengths_of_time_have_days_and_hours() -> None:
    """Nobody counts 127 hours in their head; what is shorter than a minute is one."""
    hour, en, ru = timedelta(hours=1), words(), words("ru")
    lasts = (0.005 * hour, 0.2 * hour, 7.5 * hour, 48 * hour, 126.4 * hour)
    assert [plain(en.lasting(time)) for time in lasts] == [
        "1 min",
        "12 min",
        "7.5 h",
        "2 days",
        "5 days 6 h",
    ]
    assert [plain(ru.lasting(time)) for time in lasts[2:]] == ["7,5 ч", "2 дня", "5 дней 6 ч"]


def test_moments_are_the_readers() -> None:
    """Today needs no day, this year no year; what is now is now."""
    en, ru = words(), words("ru")
    assert en.moment(NOW) == "14:30"
    assert en.moment(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == "00:30"
    assert ru.moment(datetime(2026, 11, 21, 8, 0, tzinfo=UTC)) == "21 нояб., 09:00"
    assert en.moment(datetime(2025, 11, 21, 8, 0, tzinfo=UTC)) == "21 Nov 2025, 09:00"
    assert ru.ago(NOW - timedelta(minutes=12)) == "12 минут назад"
    assert en.ago(NOW) == "just now"
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert en.between(NOW - day, NOW - day + hour) == "24 Nov, 14:30 – 15:30"
    assert en.between(NOW - day, NOW) == "24 Nov, 14:30 – 25 Nov, 14:30"
    assert en.between(NOW, NOW) == "14:30"


def test_shares_that_are_rare_are_not_written_as_none() -> None:
    """What happens once in a thousand times happens."""
    assert [words().share(share) for share in (0, 0.001, 0.0002, 0.5, 0.996, 1)] == [
        "0%",
        "0.1%",
        "<\N{THIN SPACE}0.1%",
        "50%",
        "99.6%",
        "100%",
    ]
    assert plain(words("ru").share(0.012)) == "1,2 %"


def test_forecasts_have_three_digits() -> None:
    """Small numbers stay as they are."""
    assert [rounded(number) for number in (0.2, 7.4, 512.3, 24_317)] == [0, 7, 512, 24_300]


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns"])
def test_an_axis_of_time_has_few_marks_and_all_are_round(preset: Preset, zone: str) -> None:
    """Whatever the zone: one to six marks, within the range, in its order."""
    edges = span_of(preset, NOW, zone).edges
    axis = time_axis(edges, words("ru", zone))
    assert 1 <= len(axis["tickvals"]) <= 6
    assert axis["tickvals"] == sorted(axis["tickvals"])
    assert all(text.endswith(("0", "5", ".")) for text in axis["ticktext"])


def test_a_day_with_25_hours_is_drawn_with_25_hours() -> None:
    """No bar lies upon another when clocks go back."""
    edges = span_of(Preset.DAY, datetime(2026, 10, 25, 12, tzinfo=UTC), "Europe/Berlin").edges
    axis = time_axis(edges, words())
    assert axis["range"][1] - axis["range"][0] == 24 * 3600
    assert len(set(axis["tickvals"])) == len(axis["tickvals"])


def test_axes_of_numbers_are_the_readers() -> None:
    """Whole counts, decimal commas, logarithms from 10 ms to 300 s."""
    assert count_axis(0, words())["ticktext"] == ["0", "1"]
    assert [plain(text) for text in count_axis(30_000, words("ru"))["ticktext"]][-1] == "30 000"
    assert "1,5 с" in [plain(text) for text in seconds_axis(1.9, words("ru"))["ticktext"]]
    assert [plain(text) for text in duration_axis(300, words())["ticktext"]][-1] == "300 s"
    assert root_axis(900, words())["tickvals"][-1] == pytest.approx(500**0.5)
    # 100 would stand on the label of 50.
    assert root_axis(4_500, words())["ticktext"] == ["0", "50", "500", "1,000"]


@pytest.mark.parametrize(
    ("lowest", "labels"),
    [
        (0.83, ["0.80", "0.85", "0.90", "0.95", "1.00"]),
        (-0.71, ["\N{MINUS SIGN}1.00", "\N{MINUS SIGN}0.50", "0.00", "0.50", "1.00"]),
        (1.0, ["0.98", "1.00"]),
    ],
)
def test_an_axis_of_similarities_has_few_marks(lowest: float, labels: list[str]) -> None:
    """However low the lowest is, the labels have room."""
    assert similarity_axis(lowest, words())["ticktext"] == labels


def test_a_file_runs_nothing_and_reads_russian() -> None:
    """Excel knows the encoding by the mark, and takes no cell for a formula."""
    rows = [(NOW, "=HYPERLINK(1)", None), (NOW, "@x", 1), (NOW, "-2", 0.123456), (NOW, "да", 2)]
    export = Export("failures", ("time", "said", "calls"), lambda: rows)
    data = written(export, words("ru"))
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert table[0] == ["Время (Europe/Berlin)", "Ответ сервера", "Запросы"]
    assert table[1] == ["2026-11-25 14:30:00", "'=HYPERLINK(1)", ""]
    assert [row[1] for row in table[2:]] == ["'@x", "'-2", "да"]
    assert table[3][2] == "0,1235"
    assert written(export, words()).decode("utf-8-sig").splitlines()[3].endswith(',"0.1235"')
