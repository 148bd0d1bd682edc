"""The county's corrections: recorded in the archive first, then in the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.correction_judging import broken_rules
from tasks.office import Office
from tasks.ordering import in_order
from yuebao.corrections.archive import archive_correction, archived_corrections
from yuebao.corrections.record import Correction, CorrectionState, StandingCorrection, Told
from yuebao.corrections.sentences import open_words, refusal
from yuebao.corrections.unclear import UnclearError
from yuebao.corrections.wording import Written, told
from yuebao.rules.calendar import due_on, local_date
from yuebao.rules.closing import is_closed
from yuebao.rules.period import Period, PeriodError

WAITING = "更正待处理"  # what a run is called that waits for the data team
_STEP = timedelta(microseconds=1)


class OpenCorrectionsError(Exception):
    """Corrections of a period no longer find the value they expect: it cannot be aggregated.

    The message names each, and what to do, in Chinese.
    """

    def __init__(self, period: str, sentences: Sequence[str]) -> None:
        super().__init__(
            f"{period} 有 {len(sentences)} 条更正待处理，没有汇总：" + "".join(sentences)
        )
        self.period = period
        self.sentences = tuple(sentences)

    def __reduce__(self) -> tuple[type[OpenCorrectionsError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.period, self.sentences)


@dataclass(frozen=True, slots=True)
class Source:
    """The file lines of corrections came in; nothing for what was typed."""

    file_name: str = ""
    sha256: str = ""


def told_by(office: Office, written: Written) -> Told:
    """The correction somebody wrote; UnclearError where it is not clear."""
    programme, warehouse = office.programme, office.warehouse
    try:
        period = Period.parse(written.period)
        due_on(programme, period)
    except PeriodError as error:
        raise UnclearError(str(error)) from error
    recorded = [
        standing.correction.told for standing in warehouse.corrections(programme.id, period)
    ]
    return told(programme, written, warehouse.accepted_in(programme, period), recorded)


def recorded(office: Office, one: Told) -> Correction | None:
    """The record of exactly this; None where it was not recorded yet."""
    known = office.warehouse.corrections(office.programme.id, one.period)
    found = (standing.correction for standing in known)
    return next((correction for correction in found if correction.id == one.id), None)


def refusals(office: Office, drafts: Sequence[Correction]) -> dict[str, str]:
    """By id, why one of these cannot be recorded along with the others."""
    if not drafts:
        return {}
    closed = _closed(office, drafts)
    if closed:
        return closed
    tried = office.warehouse.tried_corrections(office.programme.id, drafts)
    mine = {draft.id for draft in drafts}
    found = {
        standing.correction.id: sentence
        for standing in tried
        if standing.correction.id in mine and (sentence := refusal(office.programme, standing))
    }
    everyone = [standing.correction for standing in tried]
    for draft in drafts:
        if draft.told.withdraws and not any(one.is_taken_back_by(draft) for one in everyone):
            found[draft.id] = (
                "没有找到要撤销的更正。撤销要照从前那一条写：同一格，同样的原值和更正值。"
            )
    return found or broken_rules(office, drafts, tried)


def _closed(office: Office, drafts: Sequence[Correction]) -> dict[str, str]:
    """By id, those of forms whose period is closed: it must be opened again first."""
    today = local_date(office.programme, drafts[-1].recorded_at)
    found = {}
    for draft in drafts:
        one = draft.told
        steps = office.warehouse.closings(office.programme.id, one.period)
        if is_closed(steps, one.unit, one.form, today):
            name = office.programme.unit(one.unit).name
            found[draft.id] = (
                f"{one.period} 已定稿，不能更正。"
                f"请先为{name}重开 {one.form}（yuebao reopen），再登记。"
            )
    return found


def drafts(lines: Iterable[tuple[int, Told]], now: datetime, source: Source) -> list[Correction]:
    """The records of these lines, one after the other in time, the last of them now."""
    ordered = list(lines)
    first = now - len(ordered) * _STEP
    return [
        Correction(one, first + at * _STEP, source.file_name, source.sha256, line)
        for at, (line, one) in enumerate(ordered, start=1)
    ]


def record(office: Office, corrections: Sequence[Correction]) -> None:
    """Archive the records and enter them in the warehouse."""
    for one in corrections:
        archive_correction(office.archive, one)
    office.warehouse.record_corrections(office.programme.id, corrections)


def enter_archived(office: Office) -> int:
    """Enter what the archive holds and the warehouse does not; how many there were."""
    known = {one.correction.id for one in office.warehouse.corrections(office.programme.id)}
    archived = archived_corrections(office.archive).corrections
    missing = [one for one in archived if one.id not in known]
    office.warehouse.record_corrections(office.programme.id, missing)
    return len(missing)


def refuse_open(office: Office, period: Period) -> None:
    """OpenCorrectionsError where a correction the period's figures rest on is not applied."""
    resting_on = (*period.months, period) if period.is_quarter else (period,)
    sentences = [
        open_words(office.programme, standing)
        for one in resting_on
        for standing in office.warehouse.settle_corrections(office.programme.id, one)
        if standing.is_open
    ]
    if sentences:
        raise OpenCorrectionsError(str(period), sentences)


def applied_corrections(office: Office, period: Period) -> tuple[StandingCorrection, ...]:
    """The corrections in the figures as they were last computed."""
    programme, warehouse = office.programme, office.warehouse
    computed = warehouse.computed_at(programme.id, [period]).get(str(period))
    resting_on = (*period.months, period) if period.is_quarter else (period,)
    return tuple(
        standing
        for one in resting_on
        for standing in warehouse.corrections(programme.id, one)
        if standing.state is CorrectionState.APPLIED
        and computed is not None
        and standing.correction.recorded_at <= computed
    )


def type_in(office: Office, written: Written, now: datetime) -> StandingCorrection:
    """Record a correction somebody typed, once however often; UnclearError where it cannot be."""
    one = told_by(office, written)
    if recorded(office, one) is None:
        (draft,) = drafts([(0, one)], in_order(office, now), Source())
        for sentence in refusals(office, [draft]).values():
            raise UnclearError(sentence)
        record(office, [draft])
    known = office.warehouse.corrections(office.programme.id, one.period)
    return next(standing for standing in known if standing.correction.id == one.id)
