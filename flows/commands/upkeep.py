"""The commands that look after the whole: verify, rebuild, backup, restore."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows.printing import console, errors

_MOST = 200


def verify(
    quick: Annotated[bool, typer.Option("--quick", help="不逐格核对库中的数")] = False,
) -> None:
    """核对档案和仓库：文件是否完好，仓库与文件是否一致。

    有出入时说明是哪里，退出码为 1。
    """
    from flows.commands.verifying import verify as verified
    from flows.office import office
    from tasks.deeds import Done, note_done

    with console.status("正在核对…"):
        done = verified(office(), cells=not quick)
    words = f"档案 {done.files} 个文件，不对的 {len(done.faults)} 处"
    note_done(office(), Done.VERIFIED, datetime.now(UTC), words, ok=not done.faults)
    for place, text in done.faults[:_MOST]:
        console.print(f"  {place}：{text}", markup=False, highlight=False)
    if done.faults:
        console.print(f"共 {len(done.faults)} 处不对。", style="red")
        sys.exit(1)
    console.print(f"档案 {done.files} 个文件、仓库 {done.submissions} 份报送，核对无误。")


def migrate() -> None:
    """升级仓库结构，用库的所有者账号运行。

    PostgreSQL 另给装载、只读两个角色授权。可以反复运行。
    """
    from flows.office import settings
    from flows.settings import without_password
    from sql.store import Warehouse

    url = settings().warehouse
    with Warehouse(url) as warehouse:
        warehouse.migrate()
        granted = warehouse.grant_roles()
    _say(f"仓库结构已是最新：{without_password(url)}。")
    if granted.roles:
        _say(f"已给角色授权：{'、'.join(granted.roles)}。")
    if granted.missing:
        _say("缺的角色请数据库管理员建好，再运行一次 yuebao migrate：")
        for role in granted.missing:
            _say(f"  CREATE ROLE {role} NOLOGIN;")


def rebuild(
    into: Annotated[
        str, typer.Option("--into", help="写进这个空的数据库（地址），不替换现在的仓库")
    ] = "",
) -> None:
    """由档案和现行定义重建仓库，替换旧库。

    旧库改名保留。先停掉 yuebao up。
    """
    from flows.commands.rebuilding import NotRebuiltError
    from flows.commands.rebuilding import rebuild as rebuilt
    from flows.office import settings

    try:
        done = rebuilt(settings(), datetime.now(UTC), into=into, say=_say)
    except NotRebuiltError as error:
        _stop(str(error))
    _say(f"已由档案重建：{done.submissions} 份报送，{len(done.periods)} 期结果，在 {done.place}。")
    if done.carried is None:
        _say("旧库读不出来：通知、签发和重跑的记录没有带过来（档案里没有这些）。")
    if done.old:
        _say(f"旧库保留在 {done.old}。")


def backup(
    out: Annotated[Path, typer.Option("--out", help="备份文件，如 月报备份.tar.gz")],
) -> None:
    """把仓库和档案备份成一个文件；可以在运行中做。

    收件箱和成果不在其中。
    """
    from flows.commands.backing_up import BackupError, back_up
    from flows.office import settings

    try:
        done = back_up(settings(), out, datetime.now(UTC))
    except BackupError as error:
        _stop(str(error))
    _say(f"已备份到 {out}：档案 {done.files} 个文件。")
    if not done.warehouse:
        _say("仓库不在其中（PostgreSQL 请另用 pg_dump；也可以由档案用 yuebao rebuild 重建）。")


def restore(file: Annotated[Path, typer.Argument(metavar="备份文件")]) -> None:
    """把备份恢复到空的 YUEBAO_HOME；里面已有内容时不做。"""
    from flows.commands.backing_up import BackupError
    from flows.commands.backing_up import restore as restored
    from flows.office import settings

    try:
        done = restored(settings(), file)
    except BackupError as error:
        _stop(str(error))
    _say(f"已恢复到 {settings().root}：档案 {done.files} 个文件。")
    if not done.warehouse:
        _say("备份里没有仓库：请用 pg_restore 恢复，或用 yuebao rebuild 由档案重建。")


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False)


def _stop(text: str) -> NoReturn:
    errors.print(text, style="red", markup=False, highlight=False)
    sys.exit(2)
