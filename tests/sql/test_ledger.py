"""What the data team reads of a period: issues that count now, and where each form stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from sql.engine import open_engines
from sql.store import Warehouse
from yuebao.programme.models import Programme
from yuebao.results import FormState, Obligation, SubmissionState
from yuebao.rules.obligations import FormStanding

MAY = "2023-05"


def codes(warehouse: Warehouse, county: Programme, unit: str | None = None) -> list[str]:
    return [issue.code for issue in warehouse.issues(county.id, MAY, unit=unit)]


def test_the_last_version_of_each_form_speaks(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    warned = hand.form(
        "F1", {}, state=FormState.EXPLAINED, issues=(hand.issue("plausible"), hand.issue("alarm"))
    )
    other = hand.form("F2", {}, issues=(hand.issue("falling", form="F2"),))
    warehouse.load(county, hand.file("a1", warned, other), loaded_at=now)
    assert codes(warehouse, county) == ["plausible", "alarm", "falling"]

    returned = hand.villages(1, state=FormState.RETURNED)
    warehouse.load(county, hand.file("a2", returned), loaded_at=now)
    assert codes(warehouse, county) == ["parts-total", "falling"]

    warehouse.load(county, hand.file("a3", hand.villages(1)), loaded_at=now)
    assert codes(warehouse, county) == ["falling"]


def test_the_last_file_speaks_as_a_whole(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    refused = hand.file(
        "bad", state=SubmissionState.REFUSED, issues=(hand.issue("file-damaged", form=""),)
    )
    plain = hand.file("a1", hand.villages(1), issues=(hand.issue("no-identity", form=""),))
    warehouse.load(county, refused, loaded_at=now)
    assert codes(warehouse, county) == ["file-damaged"]
    warehouse.load(county, plain, loaded_at=now)
    assert codes(warehouse, county) == ["no-identity"]


def test_issues_come_in_the_order_of_units_and_forms(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    for unit in ("53102", "53101"):
        forms = [
            hand.form(form, {}, state=FormState.RETURNED, issues=(hand.issue("range", form=form),))
            for form in ("F2", "F1")
        ]
        of_file = (hand.issue("older-template", form=""),)
        filed = hand.file("x", *forms, unit=unit, issues=of_file)
        warehouse.load(county, filed, loaded_at=now)
    found = warehouse.issues(county.id, MAY)
    assert [issue.form for issue in found] == ["", "F1", "F2"] * 2
    assert [issue.form for issue in warehouse.issues(county.id, MAY, unit="53102")] == [
        "",
        "F1",
        "F2",
    ]


def test_where_each_form_stands(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    zero = hand.form("F2", {}, state=FormState.ZERO)
    broken = hand.form(
        "F1",
        {},
        state=FormState.RETURNED,
        issues=(hand.issue("range"), hand.issue("required"), hand.issue("plausible")),
    )
    for sha256, unit, forms, days in (
        ("a1", "53101", (broken,), 0),
        ("a2", "53101", (hand.villages(1), zero), 1),
        ("a3", "53101", (hand.villages(2),), 2),
        ("a4", "53101", (broken,), 3),
        ("b1", "53102", (broken,), 4),
    ):
        filed = hand.file(sha256, *forms, unit=unit, days=days)
        warehouse.load(county, filed, loaded_at=now)
    first = warehouse.submissions(county.id, MAY)[0].arrived_at

    def day(number: int) -> datetime:
        return first + timedelta(days=number)

    assert warehouse.statuses(county.id, MAY) == (
        FormStanding("53101", "F1", FormState.ACCEPTED, day(1), day(3), errors=2, warnings=1),
        FormStanding("53101", "F2", FormState.ZERO, day(1), day(1)),
        FormStanding("53102", "F1", FormState.RETURNED, None, day(4), errors=2, warnings=1),
    )
    assert warehouse.statuses(county.id, "2023-06") == ()


def test_each_load_is_audited(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime, url: str
) -> None:
    returned = hand.villages(9, state=FormState.RETURNED)
    for sha256, form in (("a1", hand.villages(1)), ("a2", hand.villages(2)), ("a3", returned)):
        warehouse.load(county, hand.file(sha256, form), loaded_at=now)
    engines = open_engines(url)
    with engines.reading() as connection:
        lines = connection.execute(
            text(
                "SELECT form, action, replaced_version, observations FROM audit_load"
                " ORDER BY submission_id, form"
            )
        ).all()
    engines.close()
    assert [tuple(line) for line in lines] == [
        ("", "loaded", None, 0),
        ("F1", "added", None, 2),
        ("", "loaded", None, 0),
        ("F1", "replaced", 1, 2),
        ("", "returned", None, 0),
        ("F1", "returned", None, 0),
    ]


def test_registering_again_renames_and_keeps(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    warehouse.load(county, hand.file("a1", hand.villages(1)), loaded_at=now)
    renamed = county.model_copy(
        update={"units": (*county.units[:1], county.units[1].model_copy(update={"name": "新东镇"}))}
    )
    warehouse.register(renamed)
    warehouse.register(renamed)
    columns, rows = warehouse.export(county.id, "observations", MAY)
    name = [column.name for column in columns].index("unit_name")
    assert {row[name] for row in rows} == {"新东镇"}


def test_obligations_are_brought_up_to_date(
    warehouse: Warehouse, county: Programme, url: str, now: datetime
) -> None:
    due = now.date()
    owed = [Obligation("53101", form, MAY, due) for form in ("F1", "F2")]
    warehouse.register_obligations(county.id, owed)
    warehouse.register_obligations(
        county.id, [Obligation("53101", "F2", MAY, due, applicable=False)]
    )
    warehouse.register_obligations(county.id, [])
    engines = open_engines(url)
    with engines.reading() as connection:
        lines = connection.execute(
            text("SELECT form, applicable FROM core_obligation ORDER BY form")
        ).all()
    engines.close()
    assert [(form, bool(applicable)) for form, applicable in lines] == [("F1", True), ("F2", False)]


def test_the_whole_plan_can_be_registered(warehouse: Warehouse, programme: Programme) -> None:
    warehouse.register(programme)
    warehouse.register(programme)
    assert warehouse.submissions(programme.id, MAY) == ()
