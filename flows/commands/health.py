"""The command that says how the whole stands."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from flows.printing import console

_STYLES = {"GOOD": "green", "CARE": "yellow", "BAD": "red"}


def health(
    as_json: Annotated[bool, typer.Option("--json", help="给监控程序读的 JSON")] = False,
) -> None:
    """系统健康：有没有异常，异常在哪里。

    查看收集、待收文件、磁盘、档案核对、服务、定时、工作进程。有异常时退出码为 1。
    """
    from flows.office import office, settings
    from flows.steps.health_facts import health_of
    from flows.steps.health_writing import write_health
    from yuebao.reports.health_page import health_data
    from yuebao.rules.health import Level

    here = office()
    found = health_of(here, settings(), datetime.now(UTC))
    page = write_health(here, found)
    if as_json:
        sys.stdout.write(json.dumps(health_data(here.programme, found), ensure_ascii=False) + "\n")
    else:
        for check in found.checks:
            style = _STYLES[Level(check.level).name]
            console.print(f"  [{style}]{check.level}[/]  {check.title}：", end="", highlight=False)
            console.print(check.text, markup=False, highlight=False)
        console.print(f"{found.words}。页面在 {page}。", markup=False, highlight=False)
    if found.is_bad:
        sys.exit(1)
