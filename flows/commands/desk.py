"""The commands of the data team's desk: chase, notify, approve."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from flows.commands.arguments import PeriodText
from flows.printing import console, errors


class DecisionWord(StrEnum):
    APPROVED = "通过"
    RETURNED = "退回"


def remind(period: PeriodText) -> None:
    """给还没有报齐的单位各发一条催报通知；同一天不重复发。"""
    from flows.commands.running import run_remind
    from flows.office import settings

    name, message = run_remind(period)
    console.print(f"{period}：{message or name}", markup=False, highlight=False)
    path = settings().outputs / period / "催报.txt"
    console.print(f"内容在 {path}。", markup=False, highlight=False)


def notify() -> None:
    """发出应发的和免打扰时段里攒下的通知。

    如退回、未报、催报、签发。
    """
    from flows.office import office
    from tasks.notify_delivery import deliver
    from tasks.notify_due import due_notices

    here, now = office(), datetime.now(UTC)
    delivery = deliver(here, due_notices(here, now), now)
    console.print(f"{delivery.words}。", markup=False, highlight=False)
    for trouble in delivery.troubles:
        errors.print(trouble, style="red", markup=False, highlight=False)
    if delivery.failed:
        sys.exit(1)


def approve(
    period: PeriodText,
    name: Annotated[str, typer.Option("--name", help="审定人姓名")],
    decision: Annotated[DecisionWord, typer.Option("--decision", help="审定结论")],
    remark: Annotated[str, typer.Option("--remark", help="备注；退回时写明原因")] = "",
) -> None:
    """审定一期通报：通过即签发并通知各单位，退回则仍为送审稿。"""
    from flows.office import office
    from tasks.approval import decide

    words = decide(
        office(), period, decision.value, name=name, remark=remark, now=datetime.now(UTC)
    )
    console.print(words.message, markup=False, highlight=False)
