"""A set of photos on its way: read, searched with, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from pages.parts.account.allowing import fragment
from pages.parts.batch.kept import tell_address, viewer
from pages.parts.batch.offering import SEARCH_PAGE, offer_start
from pages.parts.batch.rows import batch_rows
from pages.parts.batch.told import rows_told
from pages.parts.errors import show_error
from pages.parts.exporting import both, file_name, offer_files, search_addresses
from pages.parts.plain import plain
from search.access.roles import Right
from search.batch import Batch, LeftOut, Phase, PhotoRow, State
from search.engine import SearchEngine
from search.language import Language

REFRESH_SECONDS = 1.0
# So many files are named with a reason; of more, their number is enough.
_NAMED = 5

_NOT_READ = (State.WAITING, State.READING)


def show_batch(engine: SearchEngine, batch: Batch, t: Language) -> None:
    """Show a set as it is, followed while anything goes on."""
    if batch.is_busy:
        fragment(Right.SEARCH_MANY, lambda: _watch(engine, batch, t), run_every=REFRESH_SECONDS)
        return
    with st.container(key="batch_head", border=True):
        _show_head(engine, batch, t)
    _show_left_out(batch.left_out, t)
    _show_rows(engine, batch, t)


def _watch(engine: SearchEngine, batch: Batch, t: Language) -> None:
    """Follow a set until nothing goes on; then the rest of the page has changed as well."""
    if not batch.is_busy:
        st.rerun(scope="app")
    phase, rows = batch.phase, batch.rows
    with st.container(key="batch_head", border=True):
        is_reading = phase is Phase.READING
        over = sum(row.state not in _NOT_READ if is_reading else row.is_over for row in rows)
        said = t.text(f"batch.progress.{phase}", done=over, n=len(rows))
        st.progress(over / max(len(rows), 1), said)
        if phase is Phase.SEARCHING and st.button(
            t.text("batch.stop"), key="batch_stop", icon=":material/stop_circle:"
        ):
            batch.stop()
    _show_rows(engine, batch, t)


def _show_head(engine: SearchEngine, batch: Batch, t: Language) -> None:
    rows = batch.rows
    st.markdown(f"**{_summed_up(rows, t)}**")
    if batch.error is not None:
        show_error(batch.error)
    is_anything_done = any(row.state is State.DONE for row in rows)

    def offer_more() -> None:
        if is_anything_done:
            _offer_exports(engine, batch, rows, t)

    offer_start(engine, batch, t, offer_more)
    if is_anything_done:
        tell_address(batch)
        st.caption(t.text("batch.exports_differ"))


def _summed_up(rows: Sequence[PhotoRow], t: Language) -> str:
    """Say how many photos there are, and what came of them."""
    if not rows:
        return t.text("batch.none")
    states = Counter(row.state for row in rows)
    counted = {
        "done": states[State.DONE],
        "failed": states[State.FAILED],
        "forgotten": states[State.FORGOTTEN],
        # Before anything is done, all of them are.
        "ready": states[State.READY] if states[State.DONE] else 0,
        "twin": sum(row.twin is not None for row in rows),
    }
    told = [t.text(f"batch.counted.{name}", n=n) for name, n in counted.items() if n]
    return ", ".join([t.text("batch.given", n=len(rows)), *told])


def _offer_exports(
    engine: SearchEngine, batch: Batch, rows: Sequence[PhotoRow], t: Language
) -> None:
    exporting, address_of, who = engine.exporting, search_addresses(), viewer(batch)

    def now() -> Sequence[PhotoRow]:
        # When somebody clicks, some of what is shown may be forgotten.
        return engine.batches.rows(batch, who)

    made_at = max(row.search.made_at for row in rows if row.search)
    offer_files(
        both(
            t,
            csv=lambda: exporting.batch_csv(now(), t, address_of),
            xlsx=lambda: exporting.batch_xlsx(now(), batch.left_out, t, address_of),
        ),
        name=file_name(made_at, t.text("exports.name.batch", n=len(rows))),
        key="batch_export",
        right=Right.SEARCH_MANY,
    )


def _show_left_out(left_out: Sequence[LeftOut], t: Language) -> None:
    """Name the files that are no photos, those with the same reason together."""
    if not left_out:
        return
    by_reason: dict[str, list[str]] = {}
    for file in left_out:
        by_reason.setdefault(t.error(file.error).sentence, []).append(file.name)
    label = t.text("batch.left_out", n=len(left_out))
    with st.container(key="batch_left_out"), st.expander(label):
        for reason, names in by_reason.items():
            named = ", ".join(plain(name) for name in names[:_NAMED])
            if len(names) > _NAMED:
                named = t.text("batch.and_more", named=named, n=len(names) - _NAMED)
            st.markdown(f"**{named}**  \n{plain(reason)}")


def _show_rows(engine: SearchEngine, batch: Batch, t: Language) -> None:
    """Show the photos; who wants to see one's search is taken there."""
    rows, keeps = engine.batches.rows(batch, viewer(batch)), engine.settings.keep_photos
    wanted = batch_rows(
        rows_told(rows, batch.phase, t, keeps_photos=keeps),
        status=_status(batch, t),
        language=t.code,
        texts=t.entry("batch"),
        key="batch_rows",
    )
    if wanted:
        st.switch_page(SEARCH_PAGE, query_params={"search": wanted})


def _status(batch: Batch, t: Language) -> str:
    """Say how it stands to whoever hears the page: not every photo, only what begins and ends."""
    phase = batch.phase
    if phase in (Phase.HALTED, Phase.DONE):
        return _summed_up(batch.rows, t)
    return t.text(f"batch.status.{phase}")
