"""Notices of revisions: held, answered, and of later periods that no longer go on from them."""

from __future__ import annotations

from collections.abc import Sequence

from yuebao.programme.models import Programme
from yuebao.reports.inert import inert
from yuebao.reports.notice import DATA_TEAM, Notice, NoticeKind, notice, worded
from yuebao.revisions import Answer, HeldForm, RevisionDecision
from yuebao.rules.period import Period


def held_notices(programme: Programme, held: Sequence[HeldForm]) -> tuple[Notice, Notice]:
    """Tells the data team and the unit that a version waits; ``held`` are forms of one version."""
    one = held[0]
    facts = {
        "unit": programme.unit(one.unit).name,
        "period": Period.parse(one.period),
        "version": one.version,
        "forms": [_form(programme, form.form) for form in held],
        "reasons": list(dict.fromkeys(reason for form in held for reason in form.reasons)),
    }
    return (
        _notice(
            one.period, DATA_TEAM, worded("held", to_unit=False, **facts), one.unit, one.version
        ),
        _notice(one.period, one.unit, worded("held", to_unit=True, **facts), one.version),
    )


def answered_notice(programme: Programme, decision: RevisionDecision) -> Notice:
    """Tells the unit what the data team answered, and why."""
    body = worded(
        "answered",
        unit=programme.unit(decision.unit).name,
        period=Period.parse(decision.period),
        forms=[_form(programme, form) for form in decision.forms],
        agreed=decision.answer is Answer.YES,
        remark=inert(decision.remark),
    )
    occasion = (decision.version, *decision.forms, decision.answer)
    return _notice(decision.period, decision.unit, body, *occasion)


def restated_notice(
    programme: Programme, unit: str, period: str, forms: Sequence[str], occasion: str
) -> Notice:
    """Tells the unit which forms of a later period to look at again; ``occasion``: since when."""
    body = worded(
        "restated",
        unit=programme.unit(unit).name,
        period=Period.parse(period),
        forms=[_form(programme, form) for form in forms],
    )
    return _notice(period, unit, body, "restated", occasion)


def _form(programme: Programme, form_id: str) -> str:
    form = programme.form(form_id)
    return f"{form.id} {form.title}"


def _notice(period: str, unit: str, body: str, *occasion: object) -> Notice:
    return notice(NoticeKind.REVISION, *occasion, period=period, unit=unit, body=body)
