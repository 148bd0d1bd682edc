"""Whether a revision is loaded at once or held for the data team, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from yuebao.findings import Issue, make_issue
from yuebao.programme.models import Programme, RevisionLimits, RevisionPolicy
from yuebao.results import ACCEPTED_STATES, FormState, JudgedForm, JudgedSubmission
from yuebao.revisions import Revision
from yuebao.rules.impact import ResultMove
from yuebao.rules.period import Period
from yuebao.rules.verdict import submission_state


class Stage(StrEnum):
    """How far a period has come when something of it is to change."""

    OPEN = "还没有汇总"
    AGGREGATED = "已汇总"
    ISSUED = "通报已签发"
    LATER_CLOSED = "以后某期已定稿"
    CLOSED = "已定稿"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a revision changes: values, totals by column, the county's results."""

    cells: int
    total_shares: Mapping[tuple[str, str], Decimal]
    county_moves: tuple[ResultMove, ...]
    recoloured: int


def hold_reasons(policy: RevisionPolicy, stage: Stage, extent: Extent) -> tuple[str, ...]:
    """Why the revision must wait for the data team; () where it is small by the policy."""
    if stage in (Stage.CLOSED, Stage.LATER_CLOSED):
        return (str(stage),)
    if stage is Stage.OPEN:
        return ()
    limits = policy.issued if stage is Stage.ISSUED else policy.aggregated
    found = tuple(_beyond(limits, extent))
    return (str(stage), *found) if found else ()


def with_revisions(
    programme: Programme, judged: JudgedSubmission, revisions: Iterable[Revision]
) -> JudgedSubmission:
    """The verdict with its revisions; the accepted forms that must wait are held, and say so."""
    known = {revision.form: revision for revision in revisions}
    forms = tuple(
        _held(programme, judged, form, known.get(form.reading.form)) for form in judged.forms
    )
    state = submission_state(judged.issues, (form.state for form in forms))
    return replace(judged, forms=forms, state=state, revisions=tuple(known.values()))


def declined(programme: Programme, judged: JudgedSubmission, remark: str) -> JudgedSubmission:
    """The same forms as returned, each with the data team's reason."""
    forms = tuple(
        replace(
            form,
            state=FormState.RETURNED,
            issues=(*form.issues, _issue(programme, judged, form, "revision-declined", remark)),
        )
        for form in judged.forms
    )
    state = submission_state(judged.issues, (form.state for form in forms))
    return replace(judged, forms=forms, state=state, revisions=())


def _beyond(limits: RevisionLimits, extent: Extent) -> Iterable[str]:
    if limits.cells is not None and extent.cells > limits.cells:
        yield f"改动 {extent.cells} 个数，超过 {limits.cells} 个"
    largest = max(extent.total_shares.values(), default=Decimal(0))
    if limits.total_share is not None and largest > limits.total_share:
        yield f"有一列合计变动 {_percent(largest)}，超过 {_percent(limits.total_share)}"
    moved = max((move.share for move in extent.county_moves), default=Decimal(0))
    if limits.result_share is not None and moved > limits.result_share:
        yield f"有一项全县指标变动 {_percent(moved)}，超过 {_percent(limits.result_share)}"
    if limits.colour_held and extent.recoloured:
        yield f"有 {extent.recoloured} 个指标结果变色"


def _held(
    programme: Programme, judged: JudgedSubmission, form: JudgedForm, revision: Revision | None
) -> JudgedForm:
    if revision is None or not revision.is_held or form.state not in ACCEPTED_STATES:
        return form
    code = "period-closed" if revision.closed else "revision-held"
    issue = _issue(programme, judged, form, code, "；".join(revision.reasons))
    return replace(form, state=FormState.HELD, issues=(*form.issues, issue))


def _issue(
    programme: Programme, judged: JudgedSubmission, form: JudgedForm, code: str, reason: str
) -> Issue:
    definition = programme.form(form.reading.form)
    return make_issue(
        code,
        unit=judged.unit,
        period=judged.period,
        words={
            "form": f"{definition.id} {definition.title}",
            "reason": reason.rstrip("。"),
            "period": Period.parse(judged.period).chinese,
        },
        form=definition.id,
        sheet=form.reading.sheet,
    )


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.1')).normalize():f}%"
