"""Loading: replacing as a whole, keeping versions, changing nothing for the same bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from sql.store import UnknownUnitError, Warehouse
from yuebao.programme.models import Programme, Severity
from yuebao.readings import RowValues
from yuebao.results import FormState, SubmissionState

MAY = "2023-05"


def people(warehouse: Warehouse, county: Programme, period: str = MAY) -> list[Decimal]:
    """What counts now as 东镇's people by village."""
    form = warehouse.accepted_in(county, period).get(("53101", "F1"))
    if form is None:
        return []
    return [row.values["people"] for row in form.values.tables["villages"]]  # type: ignore[misc]


def test_a_load_can_be_read_back_with_its_types(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    row = {
        "people": Decimal(12),
        "income": Decimal("3.141593"),
        "done": True,
        "seen_on": date(2023, 5, 1),
    }
    blank = {"people": Decimal(0), "income": None, "done": False, "seen_on": None}
    judged = hand.form(
        "F1",
        {
            "villages": (("53101001", row), ("53101002", blank)),
            "kinds": (("far", {"people": None}),),
        },
        state=FormState.EXPLAINED,
        explanation="受灾",
    )
    receipt = warehouse.load(county, hand.file("a1", judged), loaded_at=now)

    form = warehouse.accepted_in(county, MAY)["53101", "F1"]
    assert form.values.tables == {
        "villages": (
            RowValues("53101001", row),
            RowValues("53101002", {"people": Decimal(0), "done": False}),
        ),
        "kinds": (RowValues("far", {}),),
    }
    assert form.values.explanation == "受灾"
    assert (receipt.version, receipt.changed, receipt.accepted) == (1, True, ("F1",))
    assert receipt.observations == 9


def test_the_same_bytes_change_nothing(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    warehouse.load(county, hand.file("a1", hand.villages(1, 2)), loaded_at=now)
    warehouse.load(county, hand.file("a2", hand.villages(3, 4)), loaded_at=now)
    before = warehouse.submissions(county.id, MAY)
    receipt = warehouse.load(county, hand.file("a1", hand.villages(9, 9)), loaded_at=now)

    assert (receipt.changed, receipt.version) == (False, 1)
    assert receipt.state is SubmissionState.LOADED
    assert warehouse.submissions(county.id, MAY) == before
    assert people(warehouse, county) == [3, 4]


def test_the_same_bytes_for_another_month_or_unit_are_a_submission_of_their_own(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    warehouse.load(county, hand.file("a1", hand.villages(1, 2)), loaded_at=now)
    june = warehouse.load(
        county, hand.file("a1", hand.villages(1, 2), period="2023-06"), loaded_at=now
    )
    west = warehouse.load(county, hand.file("a1", hand.villages(1, 2), unit="53102"), loaded_at=now)
    assert [(r.changed, r.version) for r in (june, west)] == [(True, 1), (True, 1)]
    assert warehouse.is_known(county.id, "53102", MAY, "a1")
    assert not warehouse.is_known(county.id, "53B01", MAY, "a1")


def test_bytes_judged_afresh_on_purpose_are_a_new_version(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    returned = hand.file("a1", hand.villages(1, 2, state=FormState.RETURNED))
    warehouse.load(county, returned, loaded_at=now)
    receipt = warehouse.load(
        county, hand.file("a1", hand.villages(1, 2)), loaded_at=now, again=True
    )
    assert (receipt.changed, receipt.version) == (True, 2)
    assert people(warehouse, county) == [1, 2]


def test_a_form_is_replaced_as_a_whole_and_older_versions_are_kept(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    project = hand.form("F2", {"projects": (("棚", {"project": "棚", "area": Decimal(5)}),)})
    warehouse.load(county, hand.file("a1", hand.villages(1, 2), project), loaded_at=now)
    receipt = warehouse.load(county, hand.file("a2", hand.villages(3)), loaded_at=now)

    assert receipt.replaced == ("F1",)
    assert people(warehouse, county) == [3]
    assert ("53101", "F2") in warehouse.accepted_in(county, MAY), "forms not in the file stay"
    first, second = warehouse.submissions(county.id, MAY)
    assert [(f.form, f.is_current) for f in first.forms] == [("F1", False), ("F2", True)]
    assert [(f.form, f.is_current) for f in second.forms] == [("F1", True)]
    assert (first.version, second.version) == (1, 2)


def test_a_returned_form_displaces_nothing_and_loads_no_number(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    warehouse.load(county, hand.file("a1", hand.villages(1, 2)), loaded_at=now)
    receipt = warehouse.load(
        county, hand.file("a2", hand.villages(8, 8, state=FormState.RETURNED)), loaded_at=now
    )
    assert (receipt.returned, receipt.accepted, receipt.observations) == (("F1",), (), 0)
    assert people(warehouse, county) == [1, 2]
    assert [i.code for i in warehouse.issues(county.id, MAY)] == ["parts-total"]


def test_a_form_returned_first_is_not_accepted(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    judged = hand.file("a1", hand.villages(8, 8, state=FormState.RETURNED))
    assert warehouse.load(county, judged, loaded_at=now).state is SubmissionState.RETURNED
    assert warehouse.accepted_in(county, MAY) == {}
    assert warehouse.reported(county.id, MAY) == {}


def test_a_zero_report_is_a_report_without_numbers(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    zero = hand.form("F2", {"projects": (("棚", {"area": None}),)}, state=FormState.ZERO)
    receipt = warehouse.load(county, hand.file("a1", zero), loaded_at=now)

    form = warehouse.accepted_in(county, MAY)["53101", "F2"]
    assert (form.values.zero_report, form.values.tables) == (True, {})
    assert receipt.observations == 0
    assert warehouse.reported(county.id, MAY) == {"F2": frozenset({"53101"})}


def test_of_a_refused_file_only_the_issues_are_kept(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    refused = hand.file(
        "bad", state=SubmissionState.REFUSED, issues=(hand.issue("file-encrypted", form=""),)
    )
    warehouse.load(county, hand.file("a1", hand.villages(1, 2)), loaded_at=now)
    receipt = warehouse.load(county, refused, loaded_at=now, size=17)

    assert (receipt.version, receipt.issues, receipt.accepted) == (2, 1, ())
    assert people(warehouse, county) == [1, 2]
    assert [i.code for i in warehouse.issues(county.id, MAY)] == ["file-encrypted"]
    assert warehouse.submissions(county.id, MAY)[1].state is SubmissionState.REFUSED


def test_a_failure_in_the_last_cell_leaves_nothing_behind(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    warehouse.load(county, hand.file("a1", hand.villages(1, 2)), loaded_at=now)
    before = warehouse.submissions(county.id, MAY)
    good = hand.form("F2", {"projects": (("棚", {"project": "棚", "area": Decimal(5)}),)})
    bad = hand.villages(7, 7)
    twice = (*bad.reading.entries, bad.reading.entries[-1])
    broken = hand.file("a2", good, bad)
    object.__setattr__(broken.forms[1].reading, "entries", twice)

    with pytest.raises(IntegrityError):
        warehouse.load(county, broken, loaded_at=now)

    assert warehouse.submissions(county.id, MAY) == before
    assert people(warehouse, county) == [1, 2]
    assert ("53101", "F2") not in warehouse.accepted_in(county, MAY)
    assert not warehouse.is_known(county.id, "53101", MAY, "a2")
    assert warehouse.load(county, hand.file("a2", good), loaded_at=now).version == 2


def test_a_unit_nobody_registered_is_said_so(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    with pytest.raises(UnknownUnitError, match="没有登记单位 99"):
        warehouse.load(county, hand.file("a1", hand.villages(1), unit="99"), loaded_at=now)


def test_text_no_database_can_keep_is_stored_all_the_same(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    project = hand.form("F2", {"projects": (("棚\x00", {"project": "棚\x00\udcb0\n二"}),)})
    judged = hand.file("a1", project)
    object.__setattr__(judged, "file_name", "\udcb1\udced.xlsx")
    warehouse.load(county, judged, loaded_at=now)

    form = warehouse.accepted_in(county, MAY)["53101", "F2"]
    assert form.values.tables["projects"][0].values["project"] == "棚\ufffd\ufffd\n二"
    assert warehouse.submissions(county.id, MAY)[0].file_name == "\ufffd\ufffd.xlsx"


def test_times_come_back_in_utc_and_a_time_without_zone_is_refused(
    warehouse: Warehouse, county: Programme, hand: Any
) -> None:
    at = datetime.fromisoformat("2023-06-01T08:30:00+08:00")
    warehouse.load(county, hand.file("a1", hand.villages(1)), loaded_at=at)
    stored = warehouse.submissions(county.id, MAY)[0].loaded_at
    assert stored == at
    assert stored.tzinfo is UTC
    with pytest.raises(Exception, match="without a timezone"):
        warehouse.load(county, hand.file("a2", hand.villages(1)), loaded_at=at.replace(tzinfo=None))


def test_an_issue_comes_back_as_it_was(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    issue = hand.issue("plausible", value="9", expected="1–5", clause="二(一)", rule="usual")
    form = hand.form("F1", {}, state=FormState.EXPLAINED, issues=(issue,))
    warehouse.load(county, hand.file("a1", form), loaded_at=now)
    assert warehouse.issues(county.id, MAY) == (issue,)
    assert issue.severity is Severity.WARNING
    assert warehouse.issues(county.id, MAY, unit="53102") == ()
