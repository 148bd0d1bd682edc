"""Whatever order files come in and however a year is split into runs, the figures are the same."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sql.store import Warehouse
from tasks.figures import compute_figures
from tasks.office import Office
from tasks.touched import touched_periods
from yuebao.programme.models import Movement, Programme, TargetKind
from yuebao.results import Colour, IndicatorResult
from yuebao.rules.period import Period
from yuebao.rules.quiet import QuietHours

EXAMPLES = int(os.environ.get("YUEBAO_EXAMPLES", "5"))
NOW = datetime(2023, 7, 1, tzinfo=UTC)
VILLAGES = {"53101": ("53101001", "53101002"), "53102": ("53102001",)}
QUARTER = Period.parse("2023-Q2")
MONTHS = [Period.parse(f"2023-{month:02d}") for month in range(3, 8)]
RANK = {Colour.RED: 0, Colour.AMBER: 1, Colour.GREEN: 2}
STOCK, FLOW, SHARE = "W1-1", "W1-2", "W1-3"

bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Filed:
    """What a unit says for a month: people in its villages, and of those far away."""

    unit: str
    month: Period
    people: int
    far: int
    number: int

    @property
    def key(self) -> tuple[str, Period]:
        return self.unit, self.month


units, numbers = st.sampled_from(sorted(VILLAGES)), st.integers(0, 60)
filings = st.lists(
    st.builds(Filed, units, st.sampled_from(MONTHS), numbers, numbers, st.just(0)),
    min_size=1,
    max_size=9,
).map(lambda found: [replace(one, number=at) for at, one in enumerate(found)])


@pytest.fixture(scope="module")
def plan(county: Programme) -> Programme:
    """The small county with a climbing target on a stock, and a flow."""
    first, second, *others = county.indicators
    aim = {"kind": TargetKind.AT_LEAST, "value": Decimal(100)}
    goal = first.model_copy(update={"target": first.target.model_copy(update=aim)})
    flow = second.model_copy(update={"movement": Movement.FLOW})
    return county.model_copy(update={"indicators": (goal, flow, *others)})


@pytest.fixture(scope="module")
def empty(plan: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated warehouse that knows the plan, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "warehouse.db"
    with Warehouse(f"sqlite:///{file}") as warehouse:
        warehouse.migrate()
        warehouse.register(plan)
    return file


@dataclass
class Year:
    """A warehouse of its own, loaded and aggregated as the runs do it."""

    office: Office
    hand: Any

    def run(self, filed: list[Filed]) -> None:
        """One run: load these, then work out again what they touch, in order of time."""
        for one in filed:
            self.office.warehouse.load(self.office.programme, self.judged(one), loaded_at=NOW)
        for month in sorted({one.month for one in filed}):
            for period in touched_periods(self.office, month):
                compute_figures(self.office, period, NOW)

    def judged(self, one: Filed) -> Any:
        rows = tuple(
            (village, {"people": Decimal(one.people + at), "done": one.people > 30})
            for at, village in enumerate(VILLAGES[one.unit])
        )
        kinds = (("near", {"people": Decimal(1)}), ("far", {"people": Decimal(one.far)}))
        form = self.hand.form("F1", {"villages": rows, "kinds": kinds})
        name = f"{one.number:08x}{one.people:04x}"
        return self.hand.file(name, form, unit=one.unit, period=str(one.month), days=one.number)

    def results(self) -> dict[tuple[str, str, str], IndicatorResult]:
        found = self.office.warehouse.results(self.office.programme.id, [*MONTHS, QUARTER])
        return {(r.indicator, r.unit, r.period): r for r in found}


@contextmanager
def year(plan: Programme, empty: Path, hand: Any) -> Iterator[Year]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(empty, folder))
        office = Office(
            programme_folder=file, warehouse_url="", root=Path(folder), open_inbox=Any,
            settle_seconds=0, reader_seconds=1, reader_memory_mb=1, readers=1,
            channels_file=file, environment={}, quiet_hours=QuietHours.parse(""),
        )  # fmt: skip
        with Warehouse(f"sqlite:///{file}") as warehouse:
            working = office.with_warehouse(warehouse)
            working.__dict__["programme"] = plan
            yield Year(working, hand)


def in_other_order(filed: list[Filed], draw: Any) -> list[Filed]:
    """Another order in which a unit's versions of a month still follow one another."""
    waiting = {key: [f for f in filed if f.key == key] for key in {f.key for f in filed}}
    found = []
    while waiting:
        key = draw.draw(st.sampled_from(sorted(waiting)))
        found.append(waiting[key].pop(0))
        if not waiting[key]:
            del waiting[key]
    return found


@bounded
@given(filed=filings, draw=st.data())
def test_neither_order_nor_runs_matter(
    plan: Programme, empty: Path, hand: Any, filed: list[Filed], draw: Any
) -> None:
    with year(plan, empty, hand) as at_once, year(plan, empty, hand) as bit_by_bit:
        at_once.run(filed)
        rest = in_other_order(filed, draw)
        while rest:
            count = draw.draw(st.integers(1, len(rest)))
            bit_by_bit.run(rest[:count])
            rest = rest[count:]
        assert bit_by_bit.results() == at_once.results()
        check_quarter(at_once.results())


def check_quarter(results: dict[tuple[str, str, str], IndicatorResult]) -> None:
    """A flow's quarter is the sum of its months, a stock's the last one reported."""
    inside = [str(month) for month in QUARTER.months]
    for (indicator, unit, period), quarter in results.items():
        if period != str(QUARTER):
            continue
        months = [results[indicator, unit, m] for m in inside if (indicator, unit, m) in results]
        values = [m.value for m in months if m.value is not None]
        expected = sum(values) if indicator == FLOW else values[-1] if values else None
        assert quarter.value == (expected if values else None)


@bounded
@given(filed=filings, draw=st.data())
def test_a_revision_taken_back_leaves_no_trace_in_the_figures(
    plan: Programme, empty: Path, hand: Any, filed: list[Filed], draw: Any
) -> None:
    counts = {one.key: one for one in filed}
    last = counts[draw.draw(st.sampled_from(sorted(counts)))]
    more = draw.draw(st.integers(1, 50))
    revised = replace(last, people=last.people + more, number=100)
    with year(plan, empty, hand) as found:
        found.run(filed)
        before = found.results()
        found.run([revised])
        between = found.results()
        found.run([replace(last, number=101)])
        assert found.results() == before
    assert between != before
    check_monotone(before, between)


def check_monotone(
    less: dict[tuple[str, str, str], IndicatorResult],
    more: dict[tuple[str, str, str], IndicatorResult],
) -> None:
    """With more people reported nothing climbing stands worse."""
    for key, result in less.items():
        if key[0] != STOCK or result.value is None:
            continue
        better = more[key]
        assert better.value is not None
        assert better.value >= result.value
        assert (better.progress or 0) >= (result.progress or 0)
        assert (better.pace_ratio or 0) >= (result.pace_ratio or 0)
        assert RANK.get(better.colour, -1) >= RANK.get(result.colour, -1)
