"""The commands that show what is there: the grid, the issues, the bulletin, exports."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.arguments import PeriodText, UnitName
from flows.commands.corrections import print_waiting
from flows.commands.revisions import print_desk
from flows.printing import console, print_grid, print_issues
from yuebao.rules.period import Period


class ExportKind(StrEnum):
    OBSERVATIONS = "observations"
    ISSUES = "issues"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HISTORY = "history"
    EXPLANATIONS = "explanations"
    RULES_HEALTH = "rules-health"


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def status(period: PeriodText) -> None:
    """显示报送情况表：谁报了、谁被退回、谁没报。"""
    from flows.office import office
    from flows.runs.asking import ask
    from tasks.standings import statuses_of

    here = office()
    asked = ask(here, period)
    print_grid(here.programme, statuses_of(here, asked.period, asked.today))
    print_desk(here, asked.period, asked.today)
    print_waiting(here, asked.period)


def issues(period: PeriodText, unit: UnitName = "") -> None:
    """列出一期的问题：在哪个单元格、什么问题、怎么改。"""
    from flows.office import office
    from flows.runs.asking import ask
    from tasks.restating import all_restated_in

    here = office()
    asked = ask(here, period, (unit,) if unit else ())
    wanted = {unit.code for unit in asked.units}
    found = here.warehouse.issues(here.programme.id, asked.period)
    found += all_restated_in(here, asked.period)
    print_issues(here.programme, [issue for issue in found if issue.unit in wanted])


def bulletin(period: PeriodText) -> None:
    """按库中结果重出通报。"""
    from flows.office import office
    from flows.runs.asking import ask
    from tasks.bulletin_files import write_bulletin
    from tasks.corrections import refuse_open

    here = office()
    asked = ask(here, period)
    refuse_open(here, Period.parse(asked.period))
    for path in write_bulletin(here, Period.parse(asked.period), asked.now):
        console.print(f"  {path}", markup=False, highlight=False)


def export(
    kind: Annotated[ExportKind, typer.Argument(metavar="内容", help="导出什么")],
    period: Annotated[str, typer.Option("--period", help="只导出这一期；空为全部")] = "",
    file_format: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.CSV,
    out: Annotated[Path | None, typer.Option("--out", help="文件名；不给则 CSV 打到屏幕")] = None,
) -> None:
    """导出观测值、问题、结果、数的来历、说明台账、规则情况。

    列固定，见 README。
    """
    from flows.commands.exporting import as_csv, as_xlsx
    from flows.office import office
    from tasks.writing import write_whole

    if period:
        Period.parse(period)
    here = office()
    columns, rows = here.warehouse.export(here.programme.id, kind.value, period or None)
    if period:
        print_waiting(here, period)
    if file_format is ExportFormat.XLSX:
        target = out or Path(f"{kind}{'_' + period if period else ''}.xlsx")
        write_whole(target, as_xlsx([column.label for column in columns], rows))
    elif out is None:
        sys.stdout.write(as_csv([column.name for column in columns], rows))
        return
    else:
        target = write_whole(out, "\ufeff" + as_csv([column.name for column in columns], rows))
    console.print(f"已导出到 {target}。", markup=False, highlight=False)
