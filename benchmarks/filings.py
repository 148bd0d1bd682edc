"""What the benchmark's townships hand in: plausible figures, and a few known faults."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from benchmarks.county import FORM, TABLE
from yuebao.programme.models import Programme, Unit
from yuebao.readings import FormValues, RowValues, Value
from yuebao.workbooks.intake import submissions_folder
from yuebao.workbooks.template import render_workbook

Figures: TypeAlias = dict[str, Value]
Fault: TypeAlias = tuple[str, str, str, str]  # period, unit code, village code, column

FIRST_FAULTY = 6


def _blank(row: Figures) -> str:
    del row["income"]
    return "income"


def _text(row: Figures) -> str:
    row["orchard"] = "无"
    return "orchard"


def _negative(row: Figures) -> str:
    row["income"] = Decimal("-12.5")
    return "income"


def _too_large(row: Figures) -> str:
    row["population"] = Decimal(450000)
    return "population"


def _wrong_sum(row: Figures) -> str:
    row["in_county"] = _number(row, "in_county") + 7
    return "employed"


def _too_many(row: Figures) -> str:
    row["trained"] = _number(row, "employed") + 3
    return "trained"


def _wrong_rate(row: Figures) -> str:
    row["rate"] = _number(row, "rate") / 2
    return "rate"


def _no_choice(row: Figures) -> str:
    row["grade"] = "很好"
    return "grade"


def _poor_untrained(row: Figures) -> str:
    row["grade"], row["trained"] = "差", Decimal(0)
    return "trained"


FAULTS: tuple[Callable[[Figures], str], ...] = (
    _blank,
    _text,
    _negative,
    _too_large,
    _wrong_sum,
    _too_many,
    _wrong_rate,
    _no_choice,
    _poor_untrained,
)


def faults_of(number: int) -> Sequence[Callable[[Figures], str]]:
    """What the township of that number gets wrong; one in ten has faults of several kinds."""
    return {1: FAULTS[:5], 3: FAULTS[5:]}.get(number % 20, ())


def file_month(
    programme: Programme, townships: Sequence[Unit], period: str, inbox: Path
) -> frozenset[Fault]:
    """Write one workbook a township into the inbox; the faults planted in them."""
    planted: set[Fault] = set()
    for number, township in enumerate(townships):
        rows = _rows(programme, township, period)
        for (key, figures), spoil in zip(rows[FIRST_FAULTY:], faults_of(number), strict=False):
            planted.add((period, township.code, key, spoil(figures)))
        folder = submissions_folder(inbox, township, period)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{township.name}{period}.xlsx"
        path.write_bytes(_workbook(programme, township, period, rows))
    return frozenset(planted)


def _workbook(
    programme: Programme, township: Unit, period: str, rows: Sequence[tuple[str, Figures]]
) -> bytes:
    values = tuple(RowValues(key, figures) for key, figures in rows)
    entered = {FORM: FormValues(FORM, {TABLE: values})}
    form = programme.form(FORM)
    return render_workbook(programme, township.code, period, (form,), entered=entered, sample=True)


def _rows(programme: Programme, township: Unit, period: str) -> list[tuple[str, Figures]]:
    draw = random.Random(f"{township.code} {period}")
    return [(village.code, _figures(draw)) for village in programme.villages(township.code)]


def _figures(draw: random.Random) -> Figures:
    population = draw.randint(800, 3000)
    labour = population * draw.randint(50, 65) // 100
    places = [labour * draw.randint(5, 25) // 100 for _ in range(3)]
    return {
        "population": Decimal(population),
        "labour": Decimal(labour),
        "employed": Decimal(sum(places)),
        "in_county": Decimal(places[0]),
        "in_province": Decimal(places[1]),
        "out_of_province": Decimal(places[2]),
        "trained": Decimal(draw.randint(1, 30)),
        "orchard": Decimal(draw.randint(1000, 90000)) / 10,
        "income": Decimal(draw.randint(1000, 90000)) / 100,
        "rate": round(Decimal(sum(places) * 100) / labour, 2),
        "grade": draw.choice(("好", "好", "中", "差")),
    }


def _number(row: Figures, column: str) -> Decimal:
    value = row[column]
    assert isinstance(value, Decimal)
    return value
