"""The commands that run flows over a period: collect, reload, backfill, aggregate."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from flows.commands.arguments import FirstMonth, LastMonth, PeriodOption, PeriodText, UnitName
from flows.printing import console, print_headline
from yuebao.rules.period import Period


class ReloadMode(StrEnum):
    FAILED = "失败的"
    MISSING = "缺报的"
    ALL = "全部"


def collect(period: PeriodText, unit: UnitName = "") -> None:
    """收集一期报表：读取、审核、入库；报齐或截止后自动汇总。

    可以反复运行。
    """
    from flows.commands.running import run_collect

    _finish(run_collect(period, (unit,) if unit else ()), period)


def reload(
    period: PeriodOption,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="单位名称，可给多个；不给为所有单位")
    ] = None,
    form: Annotated[str, typer.Option("--form", help="只重新审核这张表（如表号）")] = "",
    mode: Annotated[
        ReloadMode | None,
        typer.Option("--mode", help="做哪些单位；只给一个单位时可不写，收新文件并重审退回的"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="试算：只看会有什么变化")] = False,
    reason: Annotated[str, typer.Option("--reason", help="为什么重报，记入留痕")] = "",
) -> None:
    """重报：把一期里失败的、缺报的或全部单位重新做一遍。

    可以反复运行。
    """
    from flows.commands.running import Reload, run_load_unit, run_reload

    units = tuple(unit or ())
    if len(units) == 1 and mode is None and not dry_run:
        _finish(run_load_unit(units[0], period, form, reason), period)
        return
    chosen = str(mode or ReloadMode.FAILED)
    _finish(run_reload(Reload(period, chosen, units, form, dry_run, reason)), period)


def backfill(
    first: FirstMonth,
    last: LastMonth,
) -> None:
    """补收：从某月到某月逐期收集、汇总，季末一并收季报。"""
    from flows.commands.running import run_backfill

    _finish(run_backfill(first, last), f"{first} 至 {last}")


def aggregate(period: PeriodText) -> None:
    """用现有数据汇总一个月或一个季度，并重出受影响的通报。"""
    from flows.commands.running import run_aggregate
    from flows.office import office
    from tasks.standings import results_of

    done = run_aggregate(period)
    console.print(f"已汇总：{'、'.join(done)}。")
    here = office()
    print_headline(here.programme, results_of(here, Period.parse(period)))


def _finish(words: tuple[str, str], period: str) -> None:
    name, message = words
    console.print(f"{period}：{name}", style="bold", highlight=False, markup=False)
    if message and message != name:
        console.print(message, highlight=False, markup=False)
    if "系统故障" in name or "收件箱连不上" in name:
        sys.exit(1)
