"""The commands for what changes what counted: what is held, yes or no to it, close, reopen."""

from __future__ import annotations

import getpass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from flows.commands.arguments import PeriodText
from flows.printing import console
from tasks.office import Office
from yuebao.rules.period import Period

UnitOption = Annotated[str, typer.Option("--unit", help="哪个单位（名称）")]
FormOption = Annotated[str, typer.Option("--form", help="只这张表（表号）")]
NameOption = Annotated[str, typer.Option("--name", help="经办人；不给为本机用户")]


class AnswerWord(StrEnum):
    YES = "同意"
    NO = "不同意"


def held(
    period: Annotated[str, typer.Argument(metavar="期别", help="不给为各期")] = "",
) -> None:
    """列出待批准的改动：谁、哪张表、第几版、为什么。

    修订说明在成果的“修订”文件夹里。
    """
    from flows.office import office

    here = office()
    if period:
        Period.parse(period)
    found = here.warehouse.held(here.programme.id, period)
    for one in found:
        unit = here.programme.unit(one.unit).name
        console.print(
            f"  {one.period} {unit} {one.form} 第{one.version}版（{one.file_name}）："
            f"{'；'.join(one.reasons)}",
            markup=False,
            highlight=False,
        )
        note = here.outputs / one.period / "修订" / f"{unit}_{one.form}_第{one.version}版.md"
        console.print(f"    {note}", markup=False, highlight=False)
    console.print(f"待批准 {len(found)} 张表。" if found else "没有待批准的改动。")


def decide(
    period: PeriodText,
    unit: UnitOption,
    decision: Annotated[AnswerWord, typer.Option("--decision", help="同意或不同意")],
    form: FormOption = "",
    remark: Annotated[str, typer.Option("--remark", help="备注；不同意时写明原因")] = "",
    name: NameOption = "",
) -> None:
    """决定待批准的改动：同意或不同意。

    同意即入库并重新汇总，不同意则退回并说明原因。
    """
    from flows.commands.running import Answered, run_decide

    said = Answered(period, unit, form, decision.value, remark, name)
    word, message = run_decide(said)
    console.print(f"{period}：{word}", style="bold", highlight=False, markup=False)
    console.print(message, highlight=False, markup=False)
    if word not in ("同意", "不同意"):
        raise typer.Exit(1)


def close(
    period: PeriodText,
    remark: Annotated[str, typer.Option("--remark", help="备注")] = "",
    name: NameOption = "",
) -> None:
    """定稿一期：此后报来的先等批准，已有的数不再变。"""
    from flows.office import office
    from flows.runs.asking import ask
    from tasks.closing import close as closed

    here = office()
    asked = ask(here, period)
    said = closed(here, Period.parse(asked.period), name=_name(name), remark=remark, now=asked.now)
    console.print(said, markup=False, highlight=False)


def reopen(
    period: PeriodText,
    reason: Annotated[str, typer.Option("--reason", help="为什么重开")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="到哪天为止")],
    unit: UnitOption = "",
    form: FormOption = "",
    name: NameOption = "",
) -> None:
    """重开已定稿的一期：可只给一个单位、一张表；到期自动收回。"""
    from flows.office import office
    from flows.runs.asking import ask
    from tasks.closing import Reopening
    from tasks.closing import reopen as reopened

    here = office()
    asked = ask(here, period, (unit,) if unit else (), form=form)
    scope = Reopening(until.date(), asked.units[0].code if unit else "", form)
    said = reopened(
        here,
        Period.parse(asked.period),
        scope,
        name=_name(name),
        reason=reason,
        now=datetime.now(UTC),
    )
    console.print(said, markup=False, highlight=False)


def print_desk(here: Office, period: str, today: date) -> None:
    """Whether the period is closed, for whom it is open again, what waits for a yes or no."""
    from tasks.closing import desk_lines

    for line in desk_lines(here, period, today):
        console.print(line, markup=False, highlight=False)


def _name(given: str) -> str:
    return given or f"{getpass.getuser()}（命令行）"
