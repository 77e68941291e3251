"""Replay the month into a database, so that the usage page can be looked at.

Without --database an embedded PostgreSQL is started in --folder, on which the app can be opened
afterwards. The month ends now, so that the page's ranges show it. Quotas begin anew with the
calendar's months: a forecast can be held against its end only with --ends 2026-11-30 or the like.
"""

from __future__ import annotations

import argparse
import calendar
import logging
import os
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from search.engine import SearchEngine
from search.settings import Settings
from search.usage.views import Forecast
from tests.fake_huggingface import Exchange, vector
from tests.simulated_month.played import FORECAST_AT
from tests.simulated_month.replay import Month, Tally
from tests.simulated_month.story import DAY, DAYS, Incident, Story, tell
from tests.simulated_month.weather import token_at

PORT = 8099


def main() -> None:
    """Replay, and print what there is to be seen."""
    options = _options()
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = "127.0.0.1"  # whatever proxy there is has no business with loopback
    logging.basicConfig(level=logging.ERROR)  # that searches fail is the story
    first, until = _when(options.ends, options.until)
    story = tell(options.seed, first, options.scale)
    settings = _settings(options.database, options.folder)
    month = Month(story, settings, port=options.port)
    forecasts: list[Forecast | None] = []

    def look(engine: SearchEngine) -> None:
        forecasts.append(engine.monitoring.quota().forecast)

    began = time.perf_counter()
    with month.server:
        tally = month.run(until=until, looks={FORECAST_AT: look} if until > FORECAST_AT else {})
        print(f"replayed in {time.perf_counter() - began:.0f} s")
        _print_story(month, tally, until)
        _print_forecast(story, tally, until, forecasts)
        _print_way(settings, month)
        if options.serve:
            _serve(month)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.simulated_month")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--database", metavar="URL", help="an empty database to replay into")
    place.add_argument("--folder", type=Path, help="a data folder; a new one by default")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is about 13,000 searches")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=int, metavar="DAY", default=DAYS, help="stop on this day")
    parser.add_argument("--ends", type=date.fromisoformat, metavar="DATE", help="the last day")
    parser.add_argument("--port", type=int, default=PORT, help="the played server's")
    parser.add_argument("--serve", action="store_true", help="go on answering, for the app")
    return parser.parse_args()


def _when(ends: date | None, days: int) -> tuple[date, float]:
    """Return the first day, and the seconds from its midnight to the end: of a day, or now."""
    now = datetime.now(UTC)
    first = (ends or now.date()) - timedelta(days=days - 1)
    into_today = (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    return first, (days * DAY if ends else (days - 1) * DAY + into_today)


def _settings(database: str | None, folder: Path | None) -> Settings:
    if database:
        return Settings.read().model_copy(update={"database_url": SecretStr(database)})
    place = (folder or Path(tempfile.mkdtemp(prefix="simulated-month-"))).absolute()
    none = dict.fromkeys(("database_url", "vector_database_url"))
    return Settings.read().model_copy(update={"likeness_data_dir": place, **none})


def _print_story(month: Month, tally: Tally, until: float) -> None:
    print(f"{month.moment(0):%Y-%m-%d %H:%M} to {month.moment(until):%Y-%m-%d %H:%M} UTC\n")
    asked = tally.searches
    print(f"{'searches':<22} {asked:6,}")
    print(f"{'  remembered':<22} {tally.remembered:6,}  {tally.remembered / max(asked, 1):.0%}")
    for code, count in tally.failed.most_common():
        print(f"{'  ' + code:<22} {count:6,}")
    print(f"{'calls served':<22} {sum(tally.served.values()):6,}")
    print(f"{'cold starts':<22} {len(tally.woken):6,}  up to {max(tally.woken, default=0):.0f} s")
    for incident in month.story.incidents:
        if incident.since < until:
            print(f"{incident.kind:<22} {_times(month, incident)}")


def _times(month: Month, incident: Incident) -> str:
    since, until = month.moment(incident.since), month.moment(incident.until)
    same_day = since.date() == until.date()
    return f"{since:%a %Y-%m-%d %H:%M} to {until:{'%H:%M' if same_day else '%a %Y-%m-%d %H:%M'}}"


def _print_forecast(
    story: Story, tally: Tally, until: float, forecasts: list[Forecast | None]
) -> None:
    """Hold what was foreseen on day 10 against the month's end, if that is the calendar's."""
    days = calendar.monthrange(story.first.year, story.first.month)[1]
    for forecast in filter(None, forecasts):
        foreseen = f"{forecast.total:,.0f} ({forecast.low:,.0f} to {forecast.high:,.0f})"
        print(f"{'forecast on day 10':<22} {foreseen}")
        if story.first.day == 1 and until >= days * DAY:
            end = sum(n for day, n in tally.served.items() if day.month == story.first.month)
            print(f"{'the month ended with':<22} {end:6,}  {forecast.total / end - 1:+.1%}")


def _print_way(settings: Settings, month: Month) -> None:
    """Tell how to open the page: the calls are those of this server's address."""
    token = token_at(month.story, month.clock())
    where = "DATABASE_URL=..." if settings.database else ""
    where = where or f"LIKENESS_DATA_DIR={settings.likeness_data_dir}"
    print("\nTo see it, while --serve goes on answering at that address:")
    print(
        f"  {where} ENCODER_URL={month.server.model_url} HUGGINGFACE_API_TOKEN={token}"
        " streamlit run app.py",
        flush=True,
    )


def _serve(month: Month) -> None:
    month.server.otherwise(_answer_in_real_time)
    print(f"\n{month.server.url} answers until Ctrl+C", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


def _answer_in_real_time(exchange: Exchange) -> None:
    """Answer in a second or two; the month's own time stands still from now on."""
    if not exchange.stopping.wait(1.2):
        vector()(exchange)


if __name__ == "__main__":
    main()
