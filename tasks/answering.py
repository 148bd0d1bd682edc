"""The data team's answer to a held version: a yes loads it, a no returns it with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from tasks.office import Office
from tasks.ordering import in_order
from tasks.reading import reading_of
from yuebao.results import JudgedSubmission
from yuebao.revisions import Answer, HeldForm, NotDecidedError, RevisionDecision
from yuebao.rules.holding import declined
from yuebao.rules.verdict import submission_state
from yuebao.workbooks.archive import ArchivedFile, archived_path
from yuebao.workbooks.desk_archive import keep_decision


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the data team: the held forms of a unit and period; all, for no form."""

    period: str
    unit: str
    form: str = ""


def waiting(office: Office, question: Question) -> tuple[HeldForm, ...]:
    """The held forms asked about; NotDecidedError where there are none."""
    held = office.warehouse.held(office.programme.id, question.period, unit=question.unit)
    found = tuple(one for one in held if question.form in ("", one.form))
    if not found:
        name = office.programme.unit(question.unit).name
        raise NotDecidedError(f"{name} {question.period} 没有待批准的改动。")
    return found


def answer(
    office: Office, question: Question, said: Answer, *, name: str, remark: str, now: datetime
) -> tuple[JudgedSubmission, ...]:
    """Record the answer and do as it says; a version at a time. Returns what was loaded.

    NotDecidedError where nothing waits, nobody answers, or a no has no reason.
    """
    found = waiting(office, question)
    if not name.strip():
        raise NotDecidedError("请填经办人姓名。")
    if said is Answer.NO and not remark.strip():
        raise NotDecidedError("不同意时请写明原因，要告诉报送单位。")
    done = []
    for decision in _decisions(found, said, name.strip(), remark.strip(), in_order(office, now)):
        keep_decision(office.archive, decision)
        judged = carry_out(office, decision)
        if judged is not None:
            done.append(judged)
    return tuple(done)


def carry_out(office: Office, decision: RevisionDecision) -> JudgedSubmission | None:
    """Load what was decided as the unit's next version; None where it no longer waits.

    The file is judged once more, by the rules and beside the figures there are now: a yes never
    makes an error pass.
    """
    held = office.warehouse.held(office.programme.id, decision.period, unit=decision.unit)
    forms = [one for one in held if one.form in decision.forms and one.sha256 == decision.sha256]
    if not forms:
        return None
    judged = replace(_judged_again(office, forms), answered=decision)
    if decision.answer is Answer.NO:
        judged = declined(office.programme, judged, decision.remark)
    office.warehouse.load(office.programme, judged, loaded_at=decision.decided_at, again=True)
    return judged


def _decisions(
    held: Iterable[HeldForm], said: Answer, name: str, remark: str, now: datetime
) -> Iterable[RevisionDecision]:
    for version, group in groupby(held, key=lambda one: one.version):
        forms = list(group)
        yield RevisionDecision(
            period=forms[0].period,
            unit=forms[0].unit,
            forms=tuple(one.form for one in forms),
            version=version,
            sha256=forms[0].sha256,
            answer=said,
            name=name,
            remark=remark,
            decided_at=now,
        )


def _judged_again(office: Office, held: list[HeldForm]) -> JudgedSubmission:
    """The file's verdict as of now, with the held forms alone."""
    one = held[0]
    path = archived_path(office.archive, one.sha256)
    file = ArchivedFile(one.sha256, path, path.stat().st_size, one.file_name, one.arrived_at)
    reading = reading_of(office, file, unit=one.unit, period=one.period)
    (judged,) = office.judge.judge(
        (reading,),
        accepted=office.warehouse.accepted_before(office.programme, one.period),
        standing=office.warehouse.accepted_in(office.programme, one.period),
        targets=office.targets,
    )
    wanted = {form.form for form in held}
    forms = tuple(form for form in judged.forms if form.reading.form in wanted)
    state = submission_state(judged.issues, (form.state for form in forms))
    return replace(judged, forms=forms, state=state)
