"""A county of three townships and one bureau: small enough to reckon by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from yuebao.programme.models import Calendar, Indicator, Programme

UNITS = [
    ("90", "甲县", "county", ""),
    ("9001", "东镇", "township", "90"),
    ("9002", "西镇", "township", "90"),
    ("9003", "南乡", "township", "90"),
    ("90B1", "县农业局", "bureau", "90"),
    ("9001001", "一村", "village", "9001"),
    ("9001002", "二村", "village", "9001"),
    ("9001003", "三村", "village", "9001"),
    ("9002001", "四村", "village", "9002"),
    ("9002002", "五村", "village", "9002"),
    ("9003001", "六村", "village", "9003"),
]


def number(column: str, measure: str = "stock") -> dict[str, Any]:
    return {"id": column, "path": [column], "type": "decimal", "measure": measure}


def form(form_id: str, filed_by: list[str], **more: Any) -> dict[str, Any]:
    rules = more.pop("rules", [])
    table = {
        "id": "main",
        "rows": "villages",
        "label": ["村"],
        "columns": [number("done"), number("whole"), number("depth")],
        "rules": rules,
    }
    named = {"id": form_id, "title": f"{form_id}表", "clause": "一", "frequency": "monthly"}
    return {**named, "filed_by": filed_by, "tables": [table], **more}


FORMS = [
    form("F1", ["township"]),
    form("F2", ["township"], not_applicable=["南乡"], zero_report=True),
    form(
        "F3",
        ["县农业局"],
        rules=[{"id": "all", "kind": "county-total", "columns": ["whole"], "equals": "727"}],
    ),
    form("F4", ["township", "bureau"]),
    form("Q1", ["bureau"], frequency="quarterly"),
]

CALENDAR = {
    "timezone": "Asia/Shanghai",
    "first_month": "2023-05",
    "last_month": "2023-12",
    "month_due_day": 25,
    "quarter_due_on": {"2023-Q2": date(2023, 6, 30), "2023-Q3": date(2023, 9, 30)},
    "window_opens_day": 20,
    "grace_working_days": 1,
    "cut_off_working_days": 3,
    "remind_working_days_before": (3, 1),
    "remind_working_days_after": (1,),
    "holidays": (date(2023, 9, 29), *(date(2023, 10, day) for day in range(1, 7))),
    "extra_workdays": (date(2023, 10, 7), date(2023, 10, 8)),
}


def indicator(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": "N1",
        "work": 1,
        "clause": "一",
        "name": "某项工作",
        "unit": "个",
        "grain": "village",
        "movement": "cumulative",
        "rollup": "sum",
        "numerator": {"form": "F1", "table": "main", "columns": ["done"]},
        "target": {"kind": "at_least", "value": "120", "due_on": date(2023, 12, 31)},
        "pace": {"kind": "linear"},
        "allocation": {"method": "by_villages"},
        "lead_units": ["县农业局"],
        "leaders": ["某某"],
    }
    return {**plain, **changes}


@pytest.fixture(scope="session")
def make_indicator() -> Callable[..., Indicator]:
    """An indicator like the plain one but for the given fields."""
    return lambda **changes: Indicator.model_validate(indicator(**changes))


@pytest.fixture(scope="session")
def make_plan() -> Callable[..., Programme]:
    """The small county's programme with these indicators (given as changes to the plain one)."""

    def build(*indicators: dict[str, Any], **changes: Any) -> Programme:
        content = {
            "id": "small",
            "title": "小方案",
            "county": "90",
            "year": 2023,
            "report_to": "数据组",
            "document": {"title": "小方案", "issuer": "甲县", "issued_on": date(2023, 5, 22)},
            "colours": {"green_from": "1", "amber_from": "0.8"},
            "units": [
                {"code": c, "name": n, "short_name": n, "level": level, "parent": p}
                for c, n, level, p in UNITS
            ],
            "calendar": CALENDAR,
            "works": [{"number": 1, "clause": "一", "title": "第一项"}],
            "items": [],
            "indicators": [indicator(**change) for change in indicators],
            "forms": FORMS,
            "version": "test",
        }
        return Programme.model_validate({**content, **changes})

    return build


@pytest.fixture(scope="session")
def plan(make_plan: Callable[..., Programme]) -> Programme:
    return make_plan({})


@pytest.fixture(scope="session")
def programme_calendar() -> Calendar:
    return Calendar.model_validate(CALENDAR)
