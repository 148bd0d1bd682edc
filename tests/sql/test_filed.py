"""What a receipt is made of: each version with what became of its forms then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sql.store import Warehouse
from yuebao.programme.models import Programme
from yuebao.reports.receipt import FiledForm
from yuebao.results import FormState, SubmissionState


def test_each_version_keeps_its_own_facts(
    warehouse: Warehouse, county: Programme, hand: Any, now: datetime
) -> None:
    notice = hand.issue("no-identity", form="")
    zero = hand.form("F2", {}, state=FormState.ZERO)
    faulty = hand.form(
        "F1", {}, state=FormState.RETURNED,
        issues=(hand.issue("parts-total"), hand.issue("plausible"), hand.issue("number-read")),
    )  # fmt: skip
    refused = replace(
        hand.file("c", state=SubmissionState.REFUSED), issues=(hand.issue("file-damaged", form=""),)
    )
    for judged in (
        hand.file("a", faulty, zero, issues=(notice,)),
        hand.file("b", hand.villages(3, 4), days=1),
        refused,
        hand.file("d", hand.villages(9), unit="53102"),
    ):
        warehouse.load(county, judged, loaded_at=now)
    first, second, third = warehouse.filed_versions(county.id, "53101", "2023-05")
    assert first.forms == (
        FiledForm("F1", FormState.RETURNED, cells=0, errors=1, warnings=1, notices=1),
        FiledForm("F2", FormState.ZERO),
    )
    assert [issue.code for issue in first.issues] == ["no-identity"]
    assert second.forms == (FiledForm("F1", FormState.ACCEPTED, cells=4),)
    assert (second.version, second.issues, second.accepted) == (2, (), {"F1"})
    assert (third.state, third.forms) == (SubmissionState.REFUSED, ())
    assert [issue.code for issue in third.issues] == ["file-damaged"]
    assert warehouse.filed_versions(county.id, "53B01", "2023-05") == ()
