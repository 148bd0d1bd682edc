"""The commands about corrections: make one, list them with how they stand."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from flows.commands.arguments import PeriodOption
from flows.printing import console, errors
from yuebao.corrections.unclear import UnclearError
from yuebao.corrections.wording import CORRECT, WITHDRAW, Written, dated

if TYPE_CHECKING:
    from tasks.office import Office


def correct(
    unit: Annotated[str, typer.Option("--unit", help="单位名称")],
    period: PeriodOption,
    form: Annotated[str, typer.Option("--form", help="表号或表名")],
    row: Annotated[str, typer.Option("--row", help="行：村名、类型、项目名称等，照报表上的叫法")],
    column: Annotated[str, typer.Option("--column", help="列：如 转移就业总量、其中/县内")],
    expected: Annotated[str, typer.Option("--expected", help="原值：现在入库的数；空白写“空”")],
    value: Annotated[str, typer.Option("--value", help="更正为；空白写“空”")],
    reason: Annotated[str, typer.Option("--reason", help="为什么更正")],
    by: Annotated[str, typer.Option("--by", help="更正人姓名")],
    on: Annotated[str, typer.Option("--on", help="更正日期；不给为今天")] = "",
    table: Annotated[str, typer.Option("--table", help="分表；一张表里有几张分表时才要")] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="撤销从前这样的一条（其余照原样写，原因写撤销原因）")
    ] = False,
) -> None:
    """登记一条更正：填报的原数不动，汇总后进入结果。

    原值对得上才生效。
    """
    from flows.office import office
    from tasks.corrections import type_in
    from yuebao.corrections.sentences import footnote, standing_words
    from yuebao.rules.calendar import local_date

    here, now = office(), datetime.now(UTC)
    written = Written(
        *(unit, period, form, row, column, expected, value, reason, by, on),
        table=table,
        action=WITHDRAW if withdraw else CORRECT,
    )
    try:
        standing = type_in(here, dated(written, local_date(here.programme, now)), now)
    except UnclearError as error:
        _stop(str(error))
    told = standing.correction.told
    _say(f"已登记 {standing.correction.id}：{footnote(here.programme, told)}")
    _say(standing_words(here.programme, standing))
    _say(f"下次收集 {told.period} 时自动重新汇总；要马上汇总：yuebao aggregate {told.period}")


def corrections(
    period: Annotated[str, typer.Argument(metavar="期别", help="只列这一期；不给为全部")] = "",
    blank: Annotated[
        Path | None, typer.Option("--blank", help="写一张空白更正单（Excel）到这个文件，供填写")
    ] = None,
) -> None:
    """列出更正和它们现在的状态；有待处理的，退出码为 1。"""
    from flows.office import office
    from tasks.writing import write_whole
    from yuebao.corrections.sentences import STATE_WORDS, footnote, standing_words
    from yuebao.reports.corrections import blank_corrections
    from yuebao.rules.period import Period

    chosen = str(Period.parse(period)) if period else ""
    if blank is not None:
        _say(f"空白更正单已写到 {write_whole(blank, blank_corrections(chosen))}。")
        return
    here = office()
    standings = here.warehouse.corrections(here.programme.id, chosen)
    for standing in standings:
        words = footnote(here.programme, standing.correction.told)
        _say(f"{standing.correction.id} [{STATE_WORDS[standing.state]}] {words}")
        _say(f"    {standing_words(here.programme, standing)}")
    waiting = sum(standing.is_open for standing in standings)
    _say(f"共 {len(standings)} 条，待处理 {waiting} 条。")
    if waiting:
        sys.exit(1)


def print_waiting(here: Office, period: str) -> None:
    """Say on stderr that the period's figures are from before, where corrections wait."""
    from tasks.open_corrections import open_corrections
    from yuebao.rules.period import Period

    waiting = open_corrections(here, Period.parse(period))
    if waiting:
        told = f"{period} 有 {len(waiting)} 条更正待处理，结果还是从前汇总的数："
        errors.print(told + "".join(waiting), style="red", markup=False, highlight=False)


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False)


def _stop(text: str) -> NoReturn:
    errors.print(text, style="red", markup=False, highlight=False)
    sys.exit(2)
