"""How every search went: written, counted, timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from search.calls import SearchRecord
from search.store.database import Database
from search.store.product_rows import PICTURE_ORDER, PICTURE_REFERENCE
from search.store.search_times import SearchLatency, best_by_step, latency
from search.store.spaces import Spaces
from search.store.spans import asked, over_span
from search.store.upserts import Upsert
from search.usage.latency import percentile_of_values
from search.usage.span import Span
from search.usage.views import SearchFigures, TopProduct
from search.vectors import VectorSpace

_RECORDS = Upsert(
    "search_log",
    {
        "id": "uuid",
        "made_at": "timestamptz",
        "space_id": "integer",
        "outcome": "text",
        "origin": "text",
        "who": "text",
        "remembered": "boolean",
        "encoder_seconds": "float8",
        "database_seconds": "float8",
        "rest_seconds": "float8",
        "cold": "boolean",
        "shown": "integer",
        "above": "integer",
        "scale": "text",
        "threshold": "float8",
        "best_score": "float8",
        "best_similarity": "float8",
        "product_id": "bigint",
    },
    key=("id",),
    optional=("threshold", "best_score", "best_similarity"),
    counted=True,
)

_COUNTS = over_span(
    """
    SELECT {quarter_step}, origin, failed, remembered, none_above, sum(searches)::bigint
    FROM likeness.search_counts WHERE {whole_quarters} AND space_id = %(space)s
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT {step}, origin, outcome <> 'ok', remembered, outcome = 'ok' AND above = 0, count(*)
    FROM likeness.search_log WHERE {beside_quarters} AND space_id = %(space)s
    GROUP BY 1, 2, 3, 4, 5
""",
    "made_at",
)
_SUMMED: LiteralString = """
    WITH counted AS (
        SELECT measure, value, sum(searches) AS searches FROM likeness.search_day_counts
        WHERE {whole_days} AND space_id = %(space)s AND measure = ANY(%(measures)s)
        GROUP BY 1, 2
        UNION ALL
        SELECT measure, value, count(*)
        FROM likeness.search_log, likeness.day_values(outcome, above, product_id, who)
        WHERE {beside_days} AND space_id = %(space)s
          AND measure = ANY(%(measures)s) AND value IS NOT NULL
        GROUP BY 1, 2
    ), summed AS (
        SELECT measure, value, sum(searches)::bigint AS searches
        FROM counted GROUP BY 1, 2 HAVING sum(searches) > 0
    )
"""
_VALUES = over_span(
    "{summed} SELECT measure, value, searches FROM summed ORDER BY measure, searches DESC, value",
    "made_at",
    summed=over_span(_SUMMED, "made_at"),
)
_TOP = over_span(
    """
    {summed}, top AS (
        SELECT product.id, name, article_number, searches
        FROM summed JOIN likeness.products AS product ON product.id = value::bigint
        ORDER BY searches DESC, product.id LIMIT %(limit)s
    )
    SELECT top.id, name, article_number, coalesce(main.reference, ''), searches
    FROM top LEFT JOIN LATERAL (
        SELECT {reference} AS reference
        FROM likeness.pictures AS picture
        WHERE picture.product_id = top.id
        ORDER BY {order} LIMIT 1
    ) AS main ON true
    ORDER BY searches DESC, top.id
""",
    "made_at",
    summed=over_span(_SUMMED, "made_at"),
    reference=PICTURE_REFERENCE,
    order=PICTURE_ORDER,
)

TOP = 10


class SearchLog:
    """The table `search_log`, and the sums that stay when its rows are deleted.

    A search is of the step of a span in which it was made. Counts are exact for ever: to the
    microsecond as far as rows are kept, before that by quarters of an hour (steps, origins) and by
    whole days of UTC's (products, how many are above the line).
    """

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def write(self, records: Sequence[SearchRecord]) -> None:
        """Write records in one round trip; one that is there already, by its id, is replaced.

        A record that no database can keep is left out, the others are not.
        """
        _RECORDS.write(self._database, [self._row(record) for record in records])

    def figures(self, space: VectorSpace, span: Span, limit: int = TOP) -> SearchFigures:
        """Count the searches of a span, and the products that were most often their best hits.

        `limit` is the number of these. People are known as far back as rows are kept.
        """
        parameters = self._asked(space, span)
        of_products = parameters | {"measures": ["product"], "limit": limit}
        overall = parameters | {"measures": ["above", "who"]}
        with self._database.log_connection() as connection:
            counts = connection.execute(_COUNTS, parameters, prepare=False, binary=True).fetchall()
            values = connection.execute(_VALUES, overall, prepare=False, binary=True).fetchall()
            top = connection.execute(_TOP, of_products, prepare=False, binary=True).fetchall()
            best = best_by_step(connection, parameters, span)
        return _figures(counts, values, span.buckets, best, [TopProduct(*row) for row in top])

    def latency(self, space: VectorSpace, span: Span) -> SearchLatency:
        """Return how long those searches of a span took that succeeded and were not remembered."""
        parameters = self._asked(space, span)
        with self._database.log_connection() as connection:
            return latency(connection, parameters, span)

    def _asked(self, space: VectorSpace, span: Span) -> dict[str, object]:
        return asked(span) | {"space": self._spaces.id_of(space)}

    def _row(self, record: SearchRecord) -> dict[str, Any]:
        values = {name: getattr(record, name) for name in SearchRecord.__slots__ if name != "space"}
        return values | {"space_id": self._spaces.id_of(record.space)}


def _figures(
    counts: Sequence[Any],
    values: Sequence[Any],
    buckets: Sequence[datetime],
    best: Sequence[tuple[float, float, float] | None],
    top: Sequence[TopProduct],
) -> SearchFigures:
    """Sum up rows of _COUNTS and of _VALUES."""
    total, failed, origins = (Counter[Any]() for _ in range(3))
    remembered = none_above = 0
    for number, origin, is_failed, is_remembered, is_none, searches in counts:
        total[number] += searches
        origins[origin] += searches
        failed[number] += searches * is_failed
        remembered += searches * is_remembered
        none_above += searches * is_none
    above = {int(value): searches for measure, value, searches in values if measure == "above"}
    return SearchFigures(
        total=total.total(),
        failed=failed.total(),
        remembered=remembered,
        none_above=none_above,
        above_median=percentile_of_values(above, 0.5),
        buckets=buckets,
        by_bucket=[total[number] for number in range(len(buckets))],
        failed_by_bucket=[failed[number] for number in range(len(buckets))],
        best_by_bucket=best,
        origins={origin: searches for origin, searches in origins.most_common() if searches},
        people={who: searches for measure, who, searches in values if measure == "who"},
        top=top,
    )
