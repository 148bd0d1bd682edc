"""更正单 files from the county's own folder of the inbox: taken, read, recorded or answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasks.corrections import Source, drafts, record, recorded, refusals, told_by
from tasks.office import Office
from yuebao.corrections.record import Told
from yuebao.corrections.sheet import Line, correction_lines
from yuebao.corrections.unclear import UnclearError
from yuebao.findings import make_issue
from yuebao.programme.models import Unit
from yuebao.workbooks.archive import ArchivedFile, StillGrowing
from yuebao.workbooks.inbox import InboxFile
from yuebao.workbooks.refusal import Refused

RECORDED, KNOWN, REFUSED, WAITING = "已登记", "早已登记", "未受理", "未登记"
_NO_SHEET = "不是更正单：没有“单位、表、行、列、原值、更正为、原因、更正人、日期”的表头。"
_WAITS = "这一行可以登记，但本单还有别的行要改；整单改好后一并登记。"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a line of a file; line 0 is the file as a whole."""

    file: str
    line: int
    result: str
    words: str = ""


def take_sheets(
    office: Office, period: str, files: Sequence[InboxFile], now: datetime
) -> tuple[Outcome, ...]:
    """Archive and read each file; what became of its lines. A file still moving waits."""
    found: list[Outcome] = []
    for file in files:
        try:
            taken = office.inbox.take(
                file, office.archive, unit=county(office), period=period, now=now
            )
        except StillGrowing:
            continue
        found += take_sheet(office, period, taken, now)
    return tuple(found)


def county(office: Office) -> Unit:
    """The county itself, whose folder is the data team's own."""
    return office.programme.unit(office.programme.county)


def take_sheet(
    office: Office, period: str, file: ArchivedFile, now: datetime
) -> tuple[Outcome, ...]:
    """Record a file's lines, all of them or, where one is faulty, none."""
    try:
        lines = correction_lines(office.reader.read(file.path), period)
    except Refused as refused:
        issue = make_issue(
            refused.code, unit=county(office).code, period=period, words=dict(refused.words)
        )
        return (Outcome(file.name, 0, REFUSED, issue.message + issue.advice),)
    if lines is None:
        return (Outcome(file.name, 0, REFUSED, _NO_SHEET),)
    return _entered(office, period, file, lines, now)


def _entered(
    office: Office, period: str, file: ArchivedFile, lines: Sequence[Line], now: datetime
) -> tuple[Outcome, ...]:
    outcomes: dict[int, Outcome] = {}
    new: dict[int, Told] = {}
    for line in lines:
        meant = _meant(office, period, line)
        if isinstance(meant, str):
            outcomes[line.number] = Outcome(file.name, line.number, REFUSED, meant)
        elif (known := recorded(office, meant)) is not None:
            own = known.sha256 == file.sha256
            outcomes[line.number] = Outcome(file.name, line.number, RECORDED if own else KNOWN)
        elif meant in new.values():
            outcomes[line.number] = Outcome(file.name, line.number, KNOWN)
        else:
            new[line.number] = meant
    made = drafts(new.items(), now, Source(file.name, file.sha256))
    refused = refusals(office, made)
    sound = not refused and not any(one.result == REFUSED for one in outcomes.values())
    if sound:
        record(office, made)
    for draft in made:
        outcomes[draft.line] = _outcome(file, draft.line, refused.get(draft.id, ""), sound=sound)
    return tuple(outcome for _, outcome in sorted(outcomes.items()))


def _meant(office: Office, period: str, line: Line) -> Told | str:
    """What a line means, or why nothing."""
    if line.written.period != period:
        return f"期别写的是 {line.written.period}，这个文件夹是 {period} 的；请放到那一期的文件夹。"
    try:
        return told_by(office, line.written)
    except UnclearError as error:
        return str(error)


def _outcome(file: ArchivedFile, line: int, refusal: str, *, sound: bool) -> Outcome:
    if refusal:
        return Outcome(file.name, line, REFUSED, refusal)
    if not sound:
        return Outcome(file.name, line, WAITING, _WAITS)
    return Outcome(file.name, line, RECORDED)
