"""All rows, in the order of the table."""

from __future__ import annotations

from tests.faults.clock_rows import CLOCK_ROWS
from tests.faults.database_rows import DATABASE_ROWS
from tests.faults.encoder_rows import ENCODER_ROWS
from tests.faults.kill_rows import KILL_ROWS
from tests.faults.row import Row

ROWS: tuple[Row, ...] = (*ENCODER_ROWS, *DATABASE_ROWS, *KILL_ROWS, *CLOCK_ROWS)
