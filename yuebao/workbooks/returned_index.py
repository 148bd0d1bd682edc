"""The first sheet of a returned workbook: every finding with a link, and room to explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yuebao.findings import Issue, finding_id
from yuebao.markup_text import escape, quoteattr
from yuebao.programme.models import Programme, Severity
from yuebao.rules.finding_order import GRAVEST_FIRST, by_form
from yuebao.workbooks.raw import cell_address, column_letters
from yuebao.workbooks.returned_folding import runs, said_of, target, told, where
from yuebao.workbooks.returned_package import MAIN, inert
from yuebao.workbooks.returned_record import text_cell
from yuebao.workbooks.returned_styles import StyleSheet
from yuebao.workbooks.returned_words import (
    CELL_FILL,
    EXPLANATION_AT,
    HEAD,
    ID_AT,
    INDEX_SHEET,
    SAID_BEFORE,
    SAID_BEFORE_AT,
    SEVERITY_WORDS,
)
from yuebao.workbooks.styles import lines_needed

HEAD_ROW = 4
_WIDTHS = (6, 20, 12, 44, 38, 14, 18, 11, 30, 8, 14)
_SAID_BEFORE_WIDTH = 28
_LINE = 14.5
_HOW = (
    "请直接在本工作簿里改：点“单元格”一栏跳到出错处，改好后保存，放回本单位的文件夹即可，"
    "文件名不限，底色和批注不必清除。"
)
_RULE = "错误必须改正；疑问请核对，确实无误的，在“说明”一栏写明原因，报回即可通过；提示不必处理。"
_SAME_AGAIN = "“上次说明”只供参考，不算说明；与上次情况相同的，在“说明”一栏写“同上次”。"
_PROMPTS = {
    Severity.ERROR: "错误必须改正，写说明不能代替改正。",
    Severity.WARNING: "确认无误的，在这里写明原因，报回即可通过。",
    Severity.NOTICE: "提示不必处理。",
}


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A finding, or a run of the same, with its number; ``opens`` where it opens its form.

    ``issue`` is what is said of the whole ``run``.
    """

    number: int
    title: str
    issue: Issue
    opens: bool
    run: tuple[Issue, ...]


def index_lines(programme: Programme, issues: Sequence[Issue]) -> tuple[IndexLine, ...]:
    """All findings in the order they are told, numbered from 1."""
    lines: list[IndexLine] = []
    for title, group in by_form(programme, issues):
        for at, run in enumerate(runs(group)):
            lines.append(IndexLine(len(lines) + 1, title, told(run), at == 0, run))
    return tuple(lines)


def index_markup(
    heading: str,
    lines: Sequence[IndexLine],
    styles: StyleSheet,
    sheets: frozenset[str],
    explained: Mapping[str, str],
    said_before: Mapping[str, str],
) -> str:
    """The sheet's part. ``sheets`` are those a link can lead to.

    ``explained`` and ``said_before`` are texts by finding id; the latter is only shown.
    """
    last = HEAD_ROW + len(lines)
    looks = _Looks(styles)
    rows = _head(heading, lines, looks, said_before)
    rows += [_row(line, looks, explained, said_before) for line in lines]
    columns = "".join(
        f'<col min="{at + 1}" max="{at + 1}" width="{width}" customWidth="1"'
        + (' hidden="1"/>' if at == ID_AT else "/>")
        for at, width in enumerate(_widths(said_before))
    )
    area = f"A{HEAD_ROW + 1}:{cell_address(last, _last_column(said_before))}"
    wide = "".join(f'<mergeCell ref="A{row}:{cell_address(row - 1, ID_AT - 1)}"/>' for row in _TOP)
    return (
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FF7A1FA2"/>'
        '<pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0"><pane ySplit="{HEAD_ROW + 1}"'
        f' topLeftCell="A{HEAD_ROW + 2}" activePane="bottomLeft" state="frozen"/></sheetView>'
        f'</sheetViews><sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0"'
        f' sort="0" autoFilter="0"/><autoFilter ref="{area}"/>'
        f'<mergeCells count="{len(_TOP)}">{wide}</mergeCells>{_prompts(lines)}'
        f"{_links(lines, sheets)}"
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>"
        "</worksheet>"
    )


def index_names(
    lines: Sequence[IndexLine], said_before: Mapping[str, str]
) -> tuple[tuple[str, str, bool], ...]:
    """The defined names of the sheet: name, text, hidden."""
    last, top = HEAD_ROW + len(lines) + 1, HEAD_ROW + 1
    area = f"'{INDEX_SHEET}'!$A${top}:${column_letters(_last_column(said_before))}${last}"
    return (
        ("_xlnm._FilterDatabase", area, True),
        ("_xlnm.Print_Titles", f"'{INDEX_SHEET}'!${top}:${top}", False),
    )


_TOP = (1, 2, 3, 4)


def _last_column(said_before: Mapping[str, str]) -> int:
    return SAID_BEFORE_AT if said_before else ID_AT


def _widths(said_before: Mapping[str, str]) -> tuple[int, ...]:
    return (*_WIDTHS, _SAID_BEFORE_WIDTH) if said_before else _WIDTHS


class _Looks:
    """The formats of the index, each asked for once."""

    def __init__(self, styles: StyleSheet) -> None:
        self.title = styles.cell(ink="C4161C", size=16, bold=True, bordered=False)
        self.note = styles.cell(ink="4B5563", bordered=False)
        self.said_before = styles.cell(ink="6B7280", fill="F3F4F6")
        self.head = styles.cell(fill="DCE6F0", bold=True, centred=True)
        self._styles = styles

    def of(self, column: int, line: IndexLine) -> int:
        """The format of a cell in a line."""
        severity, opens = line.issue.severity, line.opens
        if column == SAID_BEFORE_AT:
            return self.said_before
        if column == EXPLANATION_AT:
            fill = "F3F4F6" if severity is Severity.ERROR else "EFF7EC"
            return self._styles.cell(fill=fill, opens_group=opens, open_cell=True)
        if column == HEAD.index("程度"):
            fill = CELL_FILL[severity]
            return self._styles.cell(fill=fill, centred=True, opens_group=opens)
        if column == HEAD.index("单元格"):
            return self._styles.cell(ink="1D4ED8", underline=True, centred=True, opens_group=opens)
        centred = column in (0, HEAD.index("依据"))
        return self._styles.cell(centred=centred, opens_group=opens)


def _head(
    heading: str, lines: Sequence[IndexLine], looks: _Looks, said_before: Mapping[str, str]
) -> list[str]:
    found = [issue.severity for line in lines for issue in line.run]
    counts = "，".join(
        f"{SEVERITY_WORDS[severity]} {found.count(severity)} 处" for severity in GRAVEST_FIRST
    )
    forms: dict[str, int] = {}
    for line in lines:
        forms[line.title] = forms.get(line.title, 0) + len(line.run)
    where = "；".join(f"{title} {count} 处" for title, count in forms.items())
    rule = f"{_RULE}{_SAME_AGAIN}" if said_before else _RULE
    texts = ((heading, looks.title), (_HOW, looks.note), (f"{counts}。{rule}", looks.note))
    rows = [
        _markup(at, [text_cell(cell_address(at, 0), text, style)], 28 if at == 0 else _high(text))
        for at, (text, style) in enumerate((*texts, (where, looks.note)))
    ]
    head = (*HEAD, SAID_BEFORE) if said_before else HEAD
    labels = [text_cell(cell_address(HEAD_ROW, c), t, looks.head) for c, t in enumerate(head)]
    return [*rows, _markup(HEAD_ROW, labels, 24)]


def _high(text: str) -> float:
    return 6 + _LINE * lines_needed(text, sum(_WIDTHS[:-1]))


def _row(
    line: IndexLine, looks: _Looks, explained: Mapping[str, str], said_before: Mapping[str, str]
) -> str:
    issue, at = line.issue, HEAD_ROW + line.number
    before = (said_of(line.run, said_before),) if said_before else ()
    texts = (
        str(line.number),
        line.title,
        where(line.run),
        issue.message,
        issue.advice,
        issue.value,
        issue.expected,
        issue.clause,
        said_of(line.run, explained),
        SEVERITY_WORDS[issue.severity],
        " ".join(map(finding_id, line.run)),
        *before,
    )
    number = f'<c r="{cell_address(at, 0)}" s="{looks.of(0, line)}"><v>{line.number}</v></c>'
    cells = [
        text_cell(cell_address(at, column), text, looks.of(column, line))
        for column, text in enumerate(texts)
        if column
    ]
    widths = _widths(said_before)
    shown = (pair for at, pair in enumerate(zip(texts, widths, strict=True)) if at != ID_AT)
    lines = max(lines_needed(text, width) for text, width in shown if text)
    return _markup(at, [number, *cells], min(8 + _LINE * max(lines, 1), 400))


def _markup(at: int, cells: Sequence[str], height: float) -> str:
    return f'<row r="{at + 1}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


def _links(lines: Sequence[IndexLine], sheets: frozenset[str]) -> str:
    links = []
    for line in lines:
        sheet = line.issue.sheet
        if sheet in sheets:
            quoted = sheet.replace("'", "''")
            place = quoteattr(f"'{quoted}'!{target(line.run)}")
            ref = cell_address(HEAD_ROW + line.number, HEAD.index("单元格"))
            links.append(f'<hyperlink ref="{ref}" location={place}/>')
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _prompts(lines: Sequence[IndexLine]) -> str:
    """What the open cells say when they are chosen, by severity."""
    prompts = []
    for severity, text in _PROMPTS.items():
        cells = [
            cell_address(HEAD_ROW + line.number, EXPLANATION_AT)
            for line in lines
            if line.issue.severity is severity
        ]
        if cells:
            prompts.append(
                '<dataValidation allowBlank="1" showInputMessage="1" promptTitle="说明"'
                f' prompt="{escape(inert(text))}" sqref="{" ".join(cells)}"/>'
            )
    count = len(prompts)
    return f'<dataValidations count="{count}">{"".join(prompts)}</dataValidations>' if count else ""
