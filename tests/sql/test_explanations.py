"""The ledger of explanations, what is offered again, and what became of the rules' findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from sql.store import Warehouse
from yuebao.findings import Issue, finding_id
from yuebao.programme.models import Programme, Severity
from yuebao.results import FormState, SubmissionState
from yuebao.rules.explaining import LastExplanation, finding_place

UNIT, MAY, JUNE, JULY = "53101", "2023-05", "2023-06", "2023-07"
PLACE = ("F1", "plausible", "", "villages", "53101001", "people")
Load = Callable[..., None]


@pytest.fixture
def load(warehouse: Warehouse, county: Programme, hand: Any, now: datetime) -> Load:
    """Load a version of F1 with warnings, explained as a whole or one by one."""

    def load(
        sha256: str,
        period: str = MAY,
        *codes: str,
        whole: str = "",
        beside: dict[str, str] | None = None,
        unit: str = UNIT,
        state: FormState = FormState.EXPLAINED,
    ) -> None:
        issues = tuple(found(hand, code, period, unit) for code in codes)
        form = hand.form("F1", {}, state=state, issues=issues, explanation=whole)
        said = {finding_id(found(hand, c, period, unit)): t for c, t in (beside or {}).items()}
        reading = replace(form.reading, explanations=said, filled_by="张三")
        judged = hand.file(sha256, replace(form, reading=reading), unit=unit, period=period)
        warehouse.load(county, judged, loaded_at=now)

    return load


def found(hand: Any, code: str, period: str, unit: str = UNIT) -> Issue:
    return replace(hand.issue(code), period=period, unit=unit)


def ledger(warehouse: Warehouse, county: Programme) -> list[tuple[Any, ...]]:
    columns, rows = warehouse.export(county.id, "explanations")
    names = [column.name for column in columns]
    wanted = ("version", "code", "source", "explanation", "filled_by", "still_found", "state")
    return [tuple(row[names.index(name)] for name in wanted) for row in rows]


def test_each_explanation_stands_with_its_finding_and_its_version(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    load("a", MAY, "plausible", "falling", whole="退耕还林", state=FormState.RETURNED)
    load("b", MAY, "plausible", beside={"plausible": " 属实 ", "falling": "已改", "order": "无"})
    assert ledger(warehouse, county) == [
        (1, "plausible", "form", "退耕还林", "张三", "yes", "returned"),
        (1, "falling", "form", "退耕还林", "张三", "yes", "returned"),
        (2, "plausible", "finding", "属实", "张三", "yes", "explained"),
        (2, "falling", "finding", "已改", "张三", "no", "explained"),
    ]


def test_a_word_carried_along_after_the_finding_is_corrected_is_not_said_again(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    beside = {"plausible": "属实"}
    load("a", MAY, "plausible", "parts-total", beside=beside, state=FormState.RETURNED)
    load("b", MAY, "plausible", beside=beside)
    load("c", MAY, beside=beside, state=FormState.ACCEPTED)
    assert [line[0] for line in ledger(warehouse, county)] == [1, 2]


def test_an_error_is_not_explained_by_the_form_but_a_word_beside_it_is_kept(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    beside = {"parts-total": "就是这样"}
    load("a", MAY, "parts-total", whole="无", beside=beside, state=FormState.RETURNED)
    assert [line[1:4] for line in ledger(warehouse, county)] == [
        ("parts-total", "finding", "就是这样")
    ]


def test_what_is_explained_is_not_asked_for_again(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    found = ("parts-total", "plausible", "falling")
    load("a", MAY, *found, state=FormState.RETURNED)
    load("b", JUNE, *found, whole="属实", state=FormState.RETURNED)
    load("c", JULY, *found, beside={"falling": "属实"}, state=FormState.RETURNED)
    counted = {}
    for month in (MAY, JUNE, JULY):
        (standing,) = warehouse.statuses(county.id, month)
        counted[month] = (standing.errors, standing.warnings)
    assert counted == {MAY: (1, 2), JUNE: (1, 0), JULY: (1, 1)}


def test_the_same_bytes_again_say_nothing_new(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    for _ in range(2):
        load("a", MAY, "plausible", whole="属实")
    assert len(ledger(warehouse, county)) == 1


def test_the_last_word_is_offered_in_later_months_only(
    warehouse: Warehouse, county: Programme, load: Load, hand: Any
) -> None:
    load("a", MAY, "plausible", whole="旧话", beside={"plausible": "外出务工返乡"})
    load("b", JUNE, "plausible", beside={"plausible": "同上次。"})
    load("c", MAY, "plausible", whole="别家的话", unit="53102")
    assert finding_place(found(hand, "plausible", JULY)) == PLACE
    offered = LastExplanation(MAY, "外出务工返乡")
    assert warehouse.last_explanations(county.id, UNIT, JULY) == {PLACE: offered}
    assert warehouse.last_explanations(county.id, UNIT, MAY) == {}
    assert warehouse.last_explanations(county.id, UNIT, "2023-Q3") == {}


def test_what_became_of_a_rules_findings(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    load("a", MAY, "plausible", "parts-total", "falling", state=FormState.RETURNED)
    load("b", MAY, "plausible", "falling", whole="属实")  # parts-total is corrected
    load("c", JUNE, "plausible", "parts-total", state=FormState.RETURNED)
    load("d", JUNE, "plausible", "personal-data", whole="属实", unit="53102")
    health = {rule.code: rule for rule in warehouse.rules_health(county.id)}
    assert {
        code: (rule.fired, rule.corrected, rule.explained, rule.open, rule.units)
        for code, rule in health.items()
    } == {
        "plausible": (3, 0, 2, 1, 2),
        "parts-total": (2, 1, 0, 1, 1),
        "falling": (1, 0, 1, 0, 1),
    }
    assert health["parts-total"].severity is Severity.ERROR
    assert [r.fired for r in warehouse.rules_health(county.id, JUNE, JULY)] == [2, 1]
    assert warehouse.rules_health(county.id, JULY) == ()


def test_what_was_explained_and_corrected_after_all_is_corrected(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    load("a", MAY, "plausible", whole="属实")
    load("b", MAY, state=FormState.ACCEPTED)
    (rule,) = warehouse.rules_health(county.id)
    assert (rule.fired, rule.corrected, rule.explained, rule.open) == (1, 1, 0, 0)


def test_a_finding_on_the_file_is_open_until_another_file_comes(
    warehouse: Warehouse, county: Programme, hand: Any, load: Load, now: datetime
) -> None:
    issue = hand.issue("file-damaged", form="")
    refused = hand.file("a", state=SubmissionState.REFUSED, issues=(issue,))
    warehouse.load(county, refused, loaded_at=now)
    (rule,) = warehouse.rules_health(county.id)
    assert (rule.form, rule.corrected, rule.open) == ("", 0, 1)
    load("b", MAY, state=FormState.ACCEPTED)
    (rule,) = warehouse.rules_health(county.id)
    assert (rule.form, rule.corrected, rule.open) == ("", 1, 0)


def test_a_quarters_findings_belong_to_its_last_month(
    warehouse: Warehouse, county: Programme, load: Load
) -> None:
    load("a", "2023-Q2", "plausible", whole="属实")
    assert len(warehouse.rules_health(county.id, JUNE, JUNE)) == 1
    assert warehouse.rules_health(county.id, MAY, MAY) == ()
