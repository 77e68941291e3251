"""Texts that no spreadsheet runs, and that come back as they were."""

from __future__ import annotations

import csv
import io
import random

import pytest

from search.formulas import defused, may_run, restored

TEXTS = (
    "", "Anna", "=1+1", "+1", "-0.2", "@SUM(A1)", "\t=1", "＝1", "'=1", "''", "'Anna'", "x;=1+1",
    'x,"=1+1', "x|@A1", "x;'=1", "x;''=1", "x\n=1", "x\r\n'-1", "x;\t=1",
    'x,"\t1', "x|'\t1", "a=b; c+d", ";=", "';=", ";';=",
    "2026-11-29T14:05:00+00:00", "clip@1",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("read_with", [",", ";", "|"])
def test_nothing_is_run_however_cells_are_parted(text: str, read_with: str) -> None:
    """Neither the text nor a part of it begins a cell as a formula."""
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["x", defused(text)])
    file.seek(0)
    read = csv.reader(file, delimiter=read_with, quoting=csv.QUOTE_NONE)
    cells = [cell.lstrip('"') for row in read for cell in row]
    assert [cell for cell in cells if may_run(cell)] == []


def test_it_comes_back_as_it_was() -> None:
    """Whatever signs stand in it, and whether it was marked or not."""
    chance = random.Random(7)  # noqa: S311 - texts, no secret
    made = ["".join(chance.choices("=-@'\";,|\n\t a", k=chance.randrange(9))) for _ in range(5000)]
    for text in (*TEXTS, *made):
        assert restored(defused(text)) == text
    assert restored("Anna; Ben") == "Anna; Ben"
