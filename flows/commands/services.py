"""The commands that keep services running: the office's own, and a worker elsewhere."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.printing import errors


def up(
    host: Annotated[
        str, typer.Option(help="在哪个地址上开服务；对外开放要先设登录口令")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口")] = 4200,
    demo: Annotated[bool, typer.Option("--demo", help="在空的收件箱里放一个月样例并收集")] = False,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="本机是否也执行运行")
    ] = True,
) -> None:
    """启动 Prefect 服务、部署、定时和 worker；按 Ctrl-C 全部停止。"""
    from flows.services.children import ChildDiedError
    from flows.services.listening import Listening
    from flows.services.up import run_up

    try:
        run_up(Listening(host, port), with_worker=with_worker, demo=demo)
    except ChildDiedError as error:
        errors.print(str(error), style="red", markup=False, highlight=False)
        sys.exit(1)


def worker(
    name: Annotated[str, typer.Option(help="worker 的名称；空为本机名")] = "",
    limit: Annotated[int, typer.Option(min=0, help="同时做几个运行；0 为按设置")] = 0,
) -> None:
    """在这台或另一台机器上加一个 worker。

    连到 YUEBAO_API_URL 所指的服务。
    """
    from flows.services.working import run_worker

    run_worker(name, limit)
