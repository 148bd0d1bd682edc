"""Exports: fixed columns, names beside codes, the same bytes whichever database holds them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from sql.engine import open_engines
from sql.exports import EXPORTS, ExportKind
from sql.store import Warehouse
from yuebao.corrections.record import Correction, Told
from yuebao.programme.models import Programme
from yuebao.results import Colour, FormState, IndicatorResult, TargetOrigin

MAY = "2023-05"
RESULT = IndicatorResult(
    "W1-1", "53", MAY, Decimal("1200"), None, None, Decimal("0.5"), TargetOrigin.PLAN,
    Decimal("33.333333"), None, None, Colour.AMBER, None, None, 2, 1,
)  # fmt: skip


FIX = Told(
    *("53101", "2023-04", "F1", "villages", "53101001", "people"), Decimal(5), Decimal(6),
    "漏一人", "王", date(2023, 6, 1),
)  # fmt: skip


@pytest.fixture
def fill(county: Programme, hand: Any, now: datetime) -> Callable[[str], Warehouse]:
    """A warehouse at a URL with a bit of everything in it."""

    def fill(url: str) -> Warehouse:
        warehouse = Warehouse(url)
        warehouse.register(county)
        for sha256, unit, forms, period in (
            ("c1", "53B01", (_projects(hand),), MAY),
            ("b1", "53102", (hand.villages(7, state=FormState.RETURNED),), MAY),
            ("a1", "53101", (hand.villages(1, 2),), MAY),
            ("a2", "53101", (_everything(hand), hand.form("F2", {}, state=FormState.ZERO)), MAY),
            ("a3", "53101", (hand.villages(5),), "2023-04"),
        ):
            filed = hand.file(sha256, *forms, unit=unit, period=period)
            warehouse.load(county, filed, loaded_at=now)
        warehouse.record_corrections(county.id, [Correction(FIX, now)])
        township = replace(RESULT, unit="53101")
        warehouse.replace_results(county.id, MAY, [township, RESULT], computed_at=now)
        quarterly = replace(RESULT, period="2023-Q2")
        warehouse.replace_results(county.id, "2023-Q2", [quarterly], computed_at=now)
        return warehouse

    return fill


def _everything(hand: Any) -> Any:
    row = {"people": Decimal(1000), "income": Decimal("-0.10"), "done": False,
           "seen_on": date(2023, 5, 9)}  # fmt: skip
    return hand.form(
        "F1",
        {"kinds": (("far", {"people": Decimal(0)}),), "villages": (("53101002", row),)},
        state=FormState.EXPLAINED,
        issues=(hand.issue("plausible"),),
        explanation="已核实，属实。",
    )


def _projects(hand: Any) -> Any:
    names = ("张家大棚", "a棚", "Z棚", "安家大棚", "，棚")
    rows = tuple((n, {"project": n, "village": "53102001", "area": None}) for n in names)
    return hand.form("F2", {"projects": rows})


def as_csv(warehouse: Warehouse, county: Programme, kind: ExportKind, period: str | None) -> bytes:
    columns, rows = warehouse.export(county.id, kind, period)
    out = io.StringIO()
    csv.writer(out).writerows([[column.name for column in columns], *rows])
    return out.getvalue().encode()


def as_dicts(
    warehouse: Warehouse, county: Programme, kind: ExportKind, period: str | None = MAY
) -> list[dict[str, Any]]:
    columns, rows = warehouse.export(county.id, kind, period)
    return [dict(zip((c.name for c in columns), row, strict=True)) for row in rows]


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("period", [None, MAY, "2023-Q2"])
def test_both_databases_export_the_same_bytes(
    make_url: Callable[[str], str],
    fill: Callable[[str], Warehouse],
    county: Programme,
    kind: ExportKind,
    period: str | None,
) -> None:
    with fill(make_url("sqlite")) as small, fill(make_url("postgresql")) as large:
        written = as_csv(small, county, kind, period)
        assert as_csv(large, county, kind, period) == written
    holds_it = period is None or (period == MAY) == (kind != "quarterly")
    assert (written.count(b"\n") > 1) == holds_it


def test_observations_read_without_a_code_book(
    url: str, fill: Callable[[str], Warehouse], county: Programme
) -> None:
    with fill(url) as warehouse:
        rows = as_dicts(warehouse, county, "observations")
    told = [
        (r["unit_name"], r["form"], r["row_name"], r["column_name"], r["value"], r["text_value"])
        for r in rows[:5]
    ]
    assert told == [
        ("东镇", "F1", "二村", "people", Decimal("1000"), None),
        ("东镇", "F1", "二村", "income", Decimal("-0.1"), None),
        ("东镇", "F1", "二村", "done", None, "否"),
        ("东镇", "F1", "二村", "seen_on", None, "2023-05-09"),
        ("东镇", "F1", "县外", "people", Decimal("0"), None),
    ]
    assert [str(r["value"]) for r in rows[:2]] == ["1000", "-0.1"]
    first = rows[0]
    assert (first["sheet"], first["cell"], first["version"]) == ("F1 表", "A5", 2)
    assert (first["file_name"], first["arrived_at"]) == ("53101-a2.xlsx", "2023-05-20 09:00:00")
    assert [r["row_name"] for r in rows if r["column_id"] == "project"] == [
        "张家大棚",
        "a棚",
        "Z棚",
        "安家大棚",
        "，棚",
    ]


def test_issues_read_without_a_code_book(
    url: str, fill: Callable[[str], Warehouse], county: Programme
) -> None:
    with fill(url) as warehouse:
        rows = as_dicts(warehouse, county, "issues", None)
    told = [
        (r["unit_name"], r["form_title"], r["severity"], r["row_name"], r["state"]) for r in rows
    ]
    assert told == [
        ("东镇", "就业", "warning", "一村", "explained"),
        ("西乡", "就业", "error", "一村", "returned"),
    ]


def test_results_keep_to_their_kind(
    url: str, fill: Callable[[str], Warehouse], county: Programme
) -> None:
    with fill(url) as warehouse:
        monthly = as_dicts(warehouse, county, "monthly", None)
        quarterly = as_dicts(warehouse, county, "quarterly", None)
    assert [(r["period"], r["unit_name"]) for r in monthly] == [(MAY, "小县"), (MAY, "东镇")]
    assert [(r["period"], r["unit_name"]) for r in quarterly] == [("2023-Q2", "小县")]
    assert (monthly[0]["value"], monthly[0]["colour"]) == (Decimal("1200"), "amber")


def test_the_columns_are_fixed() -> None:
    assert [column.name for column in EXPORTS["monthly"]] == [
        "period", "work", "indicator", "indicator_name", "clause", "measure_unit", "unit_code",
        "unit_name", "value", "numerator", "denominator", "target", "target_origin", "expected",
        "progress", "pace_ratio", "colour", "needed", "landing", "units_reported",
        "units_expected", "computed_at",
    ]  # fmt: skip
    assert EXPORTS["quarterly"] == EXPORTS["monthly"]
    assert [column.name for column in EXPORTS["observations"]] == [
        "period", "unit_code", "unit_name", "form", "form_title", "table_id", "row_number",
        "row_key", "row_name", "column_id", "column_name", "measure_unit", "value", "text_value",
        "raw", "version", "state", "file_name", "sha256", "sheet", "cell", "arrived_at",
        "submitted_value", "submitted_text", "correction", "correction_reason", "corrected_by",
    ]  # fmt: skip
    assert [column.name for column in EXPORTS["issues"]] == [
        "period", "unit_code", "unit_name", "form", "form_title", "severity", "code", "rule",
        "table_id", "row_key", "row_name", "column_id", "column_name", "sheet", "cell", "value",
        "expected", "clause", "message", "advice", "version", "state", "file_name", "sha256",
        "arrived_at",
    ]  # fmt: skip


def test_the_views_show_figures_as_they_are(url: str, fill: Callable[[str], Warehouse]) -> None:
    fill(url).close()
    engines = open_engines(url)
    with engines.reading() as connection:
        observed = connection.execute(
            text("SELECT 数值 FROM v_observation WHERE 列 = 'people' AND 行 = '二村'")
        ).scalars()
        assert [float(figure) for figure in observed] == [1000.0]
        issues = connection.execute(text("SELECT 单位, 级别 FROM v_issue ORDER BY 级别"))
        assert sorted(tuple(line) for line in issues) == [("东镇", "预警"), ("西乡", "错误")]
        wanted = "SELECT 完成值, 目标, 目标来源 FROM v_monthly WHERE 单位 = '小县'"
        ((done, target, origin),) = connection.execute(text(wanted))
        assert (float(done), float(target), origin) == (1200.0, 0.5, "方案")
    engines.close()
