"""The commands that say where a value comes from: its history, and a figure's cells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from flows.commands.arguments import PeriodOption, PeriodText
from flows.commands.corrections import print_waiting
from flows.commands.provenance_words import cell_words, history_words, month_words, total_words
from flows.printing import console, errors
from flows.runs.asking import AskedError, ask
from yuebao.corrections.record import in_words

if TYPE_CHECKING:
    from tasks.office import Office
    from tasks.tracing import Trace
    from yuebao.programme.models import Indicator


def history(
    unit: Annotated[str, typer.Option("--unit", help="单位名称")],
    period: PeriodOption,
    form: Annotated[str, typer.Option("--form", help="表号")],
    row: Annotated[str, typer.Option("--row", help="行：照报表上的叫法；与 --column 同给")] = "",
    column: Annotated[str, typer.Option("--column", help="列；与 --row 同给")] = "",
    table: Annotated[str, typer.Option("--table", help="分表；有几张分表时才要")] = "",
) -> None:
    """一个数的来历：哪一版、何时到、出自哪个文件哪一格。

    入库还是退回、更正过没有也在内。
    """
    from flows.office import office
    from tasks.value_history import history_of, sought_by
    from yuebao.corrections.cells import CellWords
    from yuebao.corrections.unclear import UnclearError
    from yuebao.rules.period import Period

    if bool(row) != bool(column):
        _stop("--row 和 --column 要一起给，或都不给。")
    here = office()
    asked = ask(here, period, (unit,), form=form)
    words = CellWords(table, row, column)
    try:
        sought = sought_by(
            here, asked.units[0], Period.parse(asked.period), here.programme.form(form), words
        )
    except UnclearError as error:
        _stop(str(error))
    events = history_of(here, sought)
    for line in history_words(here.programme, events):
        _say(line)
    _say(f"共 {len(events)} 条。" if events else "没有收到过这张表。")


def trace(
    indicator: Annotated[str, typer.Argument(metavar="指标", help="指标编号，如通报所列")],
    period: PeriodText,
    unit: Annotated[str, typer.Option("--unit", help="只看这个乡镇；不给为全县")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="写成表格文件（.csv 或 .xlsx），不打到屏幕")
    ] = None,
) -> None:
    """通报里一个数的出处：由哪些文件的哪些单元格得来。"""
    from flows.office import office
    from tasks.tracing import trace as traced
    from yuebao.rules.period import Period

    here = office()
    asked = ask(here, period, (unit,) if unit else ())
    chosen = _indicator(here, indicator)
    code = asked.units[0].code if unit else here.programme.county
    found = traced(here, chosen, Period.parse(asked.period), code)
    if found is None:
        _stop(f"{asked.period} 没有“{chosen.name}”的结果：还没有汇总，或这个单位不报这一项。")
    if out is not None:
        _say(f"已写到 {_written(out, found)}。")
        return
    result = found.result
    print_waiting(here, asked.period)
    _say(f"{chosen.id} {chosen.name} {here.programme.unit(code).name} {asked.period}：")
    _say(
        f"  结果 {in_words(result.value)} {chosen.unit}"
        f"（已报 {result.units_reported}/{result.units_expected} 个单位）"
    )
    for month in found.months:
        for cell, part in zip(month.cells, month.parts, strict=True):
            _say(f"  {month.result.period} {cell_words(cell, part)}")
        _say(f"  {month.result.period} {month_words(chosen, month)}")
    _say(f"  {total_words(found)}")


def _indicator(here: Office, text: str) -> Indicator:
    for indicator in here.programme.indicators:
        if text in (indicator.id, indicator.name):
            return indicator
    raise AskedError(f"没有“{text}”这项指标，编号见通报，如 {here.programme.indicators[0].id}。")


def _written(out: Path, found: Trace) -> Path:
    from dataclasses import astuple, fields

    from flows.commands.exporting import as_csv, as_xlsx
    from sql.provenance import TracedCell
    from tasks.writing import write_whole

    names = ["period", *(field.name for field in fields(TracedCell)), "part"]
    rows = [
        [month.result.period, *map(_plain, astuple(cell)), str(part)]
        for month in found.months
        for cell, part in zip(month.cells, month.parts, strict=True)
    ]
    if out.suffix.lower() == ".xlsx":
        return write_whole(out, as_xlsx(names, rows))
    return write_whole(out, "\ufeff" + as_csv(names, rows))


def _plain(value: object) -> object:
    from datetime import datetime

    return value.isoformat() if isinstance(value, datetime) else value


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False)


def _stop(text: str) -> NoReturn:
    errors.print(text, style="red", markup=False, highlight=False)
    sys.exit(2)
