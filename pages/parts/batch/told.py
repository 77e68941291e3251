"""The photos of a set as the component shows them."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from pages.parts.batch.rows import Item, Row
from search.addresses import photo_path, thumbnail_path
from search.batch import Phase, PhotoRow, State
from search.exporting.products import standing
from search.hits import Hit
from search.language import Language
from search.prices import price_said
from search.threshold import Threshold

_BUSY = (State.READING, State.SEARCHING)
# Whose picture is shown while others are worked on.
_SEEN = (State.SEARCHING, State.DONE, State.FAILED)


def rows_told(
    rows: Sequence[PhotoRow], phase: Phase, t: Language, *, keeps_photos: bool
) -> list[Row]:
    """Return what is shown of each photo; `keeps_photos` tells whether pictures of them are kept.

    While a set is worked on, photos that wait are a line each: a hundred pictures would go over the
    wire again every second.
    """
    is_still = phase in (Phase.READY, Phase.HALTED, Phase.DONE)
    return [
        _row(row, t, has_picture=is_still or row.state in _SEEN, keeps=keeps_photos) for row in rows
    ]


def _row(row: PhotoRow, t: Language, *, has_picture: bool, keeps: bool) -> Row:
    search = row.search
    name = row.name or t.text("batch.nameless", n=row.number)
    return Row(
        name=name,
        photo=_photo(row, keeps=keeps) if has_picture else None,
        shows=t.text("batch.photo", name=name),
        state=str(row.state),
        busy=row.state in _BUSY,
        said=_said(row, t),
        search=str(search.id) if search else "",
        address=f"./?search={search.id}" if search else "",
        items=[_item(hit, search.threshold, t) for hit in search.hits] if search else [],
    )


def _photo(row: PhotoRow, *, keeps: bool) -> str | None:
    if keeps and row.state is State.DONE and row.fingerprint is not None:
        return photo_path(row.fingerprint)
    if row.thumbnail is None:
        return None
    return f"data:image/jpeg;base64,{base64.b64encode(row.thumbnail).decode()}"


def _said(row: PhotoRow, t: Language) -> str:
    if row.error is not None:
        return t.error(row.error).sentence
    told = [t.text(f"batch.state.{row.state}", n=row.similar, found=row.found)]
    if row.twin is not None:
        told.append(t.text("batch.twin", n=row.twin))
    return ". ".join(told)


def _item(hit: Hit, line: Threshold, t: Language) -> Item:
    product, where = hit.product, standing(hit.score, line)
    known = (product.article, price_said(product, t))
    return Item(
        picture=thumbnail_path(hit.picture),
        name=t.choose(product.name),
        known=" · ".join(filter(None, known)),
        value=t.similarity(hit.score),
        score=hit.score,
        mark=t.text(f"exporting.standing.{where}"),
        standing=where,
    )
