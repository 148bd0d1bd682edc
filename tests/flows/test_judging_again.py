"""Which file of a unit each form is judged again from: the newest it came in, and nothing else."""

from datetime import UTC, datetime

import pytest

from sql.records import FormRecord, SubmissionRecord
from tasks.judging_again import due_again, narrowed
from yuebao.programme.models import Programme
from yuebao.readings import FormReading, SubmissionReading
from yuebao.results import FormState, SubmissionState

DAY = datetime(2023, 6, 20, 1, tzinfo=UTC)
OK, BACK = FormState.ACCEPTED, FormState.RETURNED


def record(version: int, sha256: str, **forms: FormState) -> SubmissionRecord:
    return SubmissionRecord(
        unit="532323101",
        period="2023-06",
        version=version,
        state=SubmissionState.PARTLY if forms else SubmissionState.REFUSED,
        sha256=sha256,
        file_name=f"{sha256}.xlsx",
        arrived_at=DAY,
        loaded_at=DAY,
        sample=False,
        forms=tuple(FormRecord(form, state, state is OK) for form, state in forms.items()),
    )


@pytest.mark.parametrize(
    ("records", "returned", "everything"),
    [
        ([], {}, {}),
        ([record(1, "a", T01=OK, T02=BACK)], {"a": "T02"}, {"a": "T01 T02"}),
        # two files with different forms: each form from its own
        (
            [record(1, "a", T01=BACK, T02=OK), record(2, "b", T03=OK)],
            {"a": "T01"},
            {"a": "T01 T02", "b": "T03"},
        ),
        # a later file of the same form is the one that counts
        ([record(1, "a", T01=BACK), record(2, "b", T01=OK)], {}, {"b": "T01"}),
        # the same file judged before in part
        (
            [record(1, "a", T01=BACK, T02=BACK), record(2, "a", T02=OK)],
            {"a": "T01"},
            {"a": "T01 T02"},
        ),
        # a refused file is the last, or was overtaken
        ([record(1, "a", T01=OK), record(2, "b")], {"b": ""}, {"a": "T01", "b": ""}),
        ([record(1, "b"), record(2, "a", T01=OK)], {}, {"a": "T01"}),
        # what waits for the data team is not failed
        ([record(1, "a", T01=FormState.HELD)], {}, {"a": "T01"}),
    ],
)
def test_each_form_from_its_newest_file(
    records: list[SubmissionRecord], returned: dict[str, str], everything: dict[str, str]
) -> None:
    assert due(records) == returned
    assert due(records, loaded_too=True) == everything


def test_of_one_form_only() -> None:
    records = [record(1, "a", T01=BACK, T02=BACK), record(2, "b", T03=BACK)]
    assert due(records, form="T03") == {"b": "T03"}
    assert due(records, form="T02") == {"a": "T02"}


def test_a_return_that_was_overtaken_is_not_taken_by_the_form(programme: Programme) -> None:
    """Version 2 is a file with T01 alone; then comes a workbook made of version 1, with both."""
    about = {"unit": "532323101", "period": "2023-06", "sha256": "c"}
    forms = tuple(FormReading(form, sheet=form, entries=(), **about) for form in ("T01", "T02"))
    reading = SubmissionReading(
        **about, file_name="c.xlsx", arrived_at=DAY, identity=None, forms=forms, returned_version=1
    )
    records = [record(1, "a", T01=OK, T02=BACK), record(2, "b", T01=OK), record(3, "c")]
    again = next(one for one in due_again(records, form="T02") if one.whole)
    assert narrowed(programme, reading, again, "T02", {"T01": 2, "T02": 1}).forms == ()
    assert narrowed(programme, reading, again, "T02", {"T01": 1}).forms == forms[1:]


def due(records: list[SubmissionRecord], **asked: object) -> dict[str, str]:
    found = due_again(records, **asked)  # type: ignore[arg-type]
    return {one.record.sha256: " ".join(sorted(one.forms)) for one in found}
