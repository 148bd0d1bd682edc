"""A receipt: proof for a unit of what arrived when, what became of it, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yuebao.findings import Issue
from yuebao.programme.models import Programme, Severity
from yuebao.reports.inert import inert
from yuebao.reports.receipt_changes import CellChange
from yuebao.results import ACCEPTED_STATES, FormState, SubmissionState
from yuebao.rules.calendar import due_on, local_date, local_time, on_time_until
from yuebao.rules.obligations import owed_forms
from yuebao.rules.period import Period
from yuebao.workbooks.styles import lines_needed

_LINES = 22  # of forms and changes together that fit one page of A4
_WIDTHS = (27, 26, 15, 15)  # of row, column, old and new value, in letters
_FEWEST = 1  # changes shown in any case
_MOST = 300  # changes that are folded in; the rest is only counted
_NAMED = 8
_REASONS = 5
_SHORT = 16
_WORDS = {
    FormState.ACCEPTED: "通过",
    FormState.EXPLAINED: "通过（有说明）",
    FormState.ZERO: "零报告",
    FormState.RETURNED: "退回",
}
_WAITS = "待数据组批准"
_UNREADABLE = "file-"  # how the codes begin of findings on files nobody could read


@dataclass(frozen=True, slots=True)
class FiledForm:
    """One form of a version, as recorded: its verdict, and how many cells count since then."""

    form: str
    state: FormState
    cells: int = 0
    errors: int = 0
    warnings: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True)
class FiledVersion:
    """One version a unit handed in, as recorded. ``issues`` are of the file itself."""

    unit: str
    period: str
    version: int
    state: SubmissionState
    sha256: str
    file_name: str
    arrived_at: datetime
    loaded_at: datetime
    sample: bool
    forms: tuple[FiledForm, ...]
    issues: tuple[Issue, ...] = ()

    @property
    def accepted(self) -> frozenset[str]:
        return frozenset(f.form for f in self.forms if f.state in ACCEPTED_STATES)


@dataclass(frozen=True, slots=True)
class Compared:
    """A form against the version it last came in; ``note`` where nothing could be compared."""

    version: int
    changes: tuple[CellChange, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormLine:
    title: str
    look: str
    word: str
    findings: str
    loaded: str
    compared: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything a receipt shows, worded; ``folded`` are the changes behind the first ones."""

    programme: str
    issuer: str
    unit: str
    period: str
    number: str
    sample: bool
    look: str
    word: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[FormLine, ...]
    returned: bool
    reasons: tuple[str, ...]
    missing: str
    changes: tuple[CellChange, ...]
    folded: tuple[CellChange, ...]
    uncounted: int
    changes_note: str


def receipt(
    programme: Programme,
    versions: Sequence[FiledVersion],
    compared: Mapping[str, Compared],
) -> Receipt:
    """The receipt of the last of a unit's versions of a period; ``compared`` by form.

    The same facts give the same receipt: it knows no clock.
    """
    version, earlier = versions[-1], versions[:-1]
    period = Period.parse(version.period)
    changes = [change for one in compared.values() for change in one.changes]
    shown = _that_fit(changes, _LINES - len(version.forms))
    look, word = _verdict(version)
    return Receipt(
        programme=programme.title,
        issuer=programme.report_to,
        unit=programme.unit(version.unit).name,
        period=period.chinese,
        number=f"{version.unit}-{version.period}-第{version.version}版",
        sample=version.sample,
        look=look,
        word=word,
        facts=_facts(programme, version, earlier),
        lines=tuple(_line(programme, version, form, compared) for form in version.forms),
        returned=any(form.state is FormState.RETURNED for form in version.forms),
        reasons=_reasons(version),
        missing=_missing(programme, versions),
        changes=tuple(changes[:shown]),
        folded=tuple(changes[shown:_MOST]),
        uncounted=max(0, len(changes) - _MOST),
        changes_note=_changes_note(version, earlier, compared),
    )


def _facts(
    programme: Programme, version: FiledVersion, earlier: Sequence[FiledVersion]
) -> tuple[tuple[str, str], ...]:
    cells, forms = sum(form.cells for form in version.forms), len(version.accepted)
    return (
        ("文件名", inert(version.file_name, 60)),
        ("文件指纹", f"{version.sha256[:_SHORT]}（SHA-256 前 {_SHORT} 位，同一文件指纹相同）"),
        ("到达时间", f"{local_time(programme, version.arrived_at)}（北京时间）"),
        ("报送期限", _timeliness(programme, version, earlier)),
        ("版次", _edition(version, earlier)),
        ("入库", f"{forms} 张表，{cells} 格" if forms else "没有入库"),
    )


def _edition(version: FiledVersion, earlier: Sequence[FiledVersion]) -> str:
    words = f"本期第 {version.version} 版"
    same = [one for one in earlier if one.sha256 == version.sha256]
    if not same:
        return words
    held = any(form.state is FormState.HELD for form in same[-1].forms)
    why = "数据组已答复" if held else "重新审核"
    return f"{words}（与第 {same[-1].version} 版是同一个文件，{why}）"


def _timeliness(
    programme: Programme, version: FiledVersion, earlier: Sequence[FiledVersion]
) -> str:
    """On time or how late, by the calendar; what had passed in time before stays in time."""
    period = Period.parse(version.period)
    due, until = due_on(programme, period), on_time_until(programme, period)
    arrived = local_date(programme, version.arrived_at)
    if arrived <= due:
        return f"{due:%Y-%m-%d} 截止，按时"
    if arrived <= until:
        return f"{due:%Y-%m-%d} 截止，在宽限期内，视为按时"
    late = f"{due:%Y-%m-%d} 截止，迟报 {(arrived - due).days} 天"
    before = any(one.accepted and local_date(programme, one.arrived_at) <= until for one in earlier)
    return f"{late}；此前按时通过的表不受影响" if before else late


def _verdict(version: FiledVersion) -> tuple[str, str]:
    states = {form.state for form in version.forms}
    if version.state is SubmissionState.REFUSED:
        unreadable = any(issue.code.startswith(_UNREADABLE) for issue in version.issues)
        return "red", "无法读取" if unreadable else "退回"
    if version.state is SubmissionState.RETURNED:
        return "red", "退回"
    if version.state is SubmissionState.PARTLY:
        return "amber", "部分通过"
    if version.state is SubmissionState.LOADED:
        return "green", "通过（有说明）" if FormState.EXPLAINED in states else "通过"
    return "amber", _WAITS


def _line(
    programme: Programme,
    version: FiledVersion,
    form: FiledForm,
    compared: Mapping[str, Compared],
) -> FormLine:
    counts = (("错误", form.errors), ("疑问", form.warnings), ("提示", form.notices))
    accepted = form.state in ACCEPTED_STATES
    looks = "green" if accepted else "red" if form.state is FormState.RETURNED else "amber"
    zero = form.state is FormState.ZERO
    titles = {one.id: f"{one.id} {one.title}" for one in programme.forms}
    return FormLine(
        title=titles.get(form.form, form.form),
        look=looks,
        word=_WORDS.get(form.state, _WAITS),
        findings="，".join(f"{word} {count}" for word, count in counts if count) or "无",
        loaded=("零报告" if zero else f"{form.cells} 格") if accepted else "未入库",
        compared=_compared(compared.get(form.form), version.version),
    )


def _compared(compared: Compared | None, version: int) -> str:
    if compared is None:
        return "首次报送"
    if compared.note:
        return compared.note
    count = len(compared.changes)
    what = f"改动 {count} 处" if count else "没有改动"
    return what if compared.version == version - 1 else f"{what}（比第 {compared.version} 版）"


def _that_fit(changes: Sequence[CellChange], lines: int) -> int:
    """How many of the changes, from the first on, take no more lines of the page than these."""
    taken = 0
    for number, change in enumerate(changes):
        texts = (change.row, change.column, change.before, change.after)
        taken += max(lines_needed(t, w) for t, w in zip(texts, _WIDTHS, strict=True))
        if taken > lines and number >= _FEWEST:
            return number
    return len(changes)


def _changes_note(
    version: FiledVersion, earlier: Sequence[FiledVersion], compared: Mapping[str, Compared]
) -> str:
    """What is said where no change is listed; empty where some are."""
    if any(one.changes for one in compared.values()):
        return ""
    if not earlier:
        return "这是本期第一次报送，没有上一版可比。"
    if not version.forms:
        return "这份文件没有读取，不与上一版比较。"
    if any(one.note for one in compared.values()):
        return "上一版的文件现在读不出来，没有比较。"
    return "与上一版相比，填报内容没有变化。" if compared else "这些表本期是第一次报送。"


def _missing(programme: Programme, versions: Sequence[FiledVersion]) -> str:
    """The forms still owed after this version, named or counted; empty for none."""
    version = versions[-1]
    accepted = frozenset[str]().union(*(one.accepted for one in versions))
    period = Period.parse(version.period)
    owed = [form for form in owed_forms(programme, version.unit, period) if form.id not in accepted]
    names = "、".join(f"{form.id} {form.title}" for form in owed[:_NAMED])
    return f"{names} 等 {len(owed)} 张" if len(owed) > _NAMED else names


def _reasons(version: FiledVersion) -> tuple[str, ...]:
    """What is wrong with the file itself, and what to do about it."""
    grave = [issue for issue in version.issues if issue.severity is not Severity.NOTICE]
    return tuple(inert(f"{issue.message}{issue.advice}") for issue in grave[:_REASONS])
