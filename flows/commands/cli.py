"""The command line. Commands that only read never import Prefect."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.corrections import correct, corrections, print_waiting
from flows.commands.desk import approve, notify, remind
from flows.commands.health import health
from flows.commands.provenance import history, trace
from flows.commands.revisions import close, decide, held, print_desk, reopen
from flows.commands.rules import rules_app
from flows.commands.upkeep import backup, migrate, rebuild, restore, verify
from flows.printing import console, errors, print_grid, print_headline, print_issues
from yuebao.decision import NotDecidableError
from yuebao.programme.load import DefinitionError
from yuebao.revisions import NotDecidedError
from yuebao.rules.closing import NotClosedError
from yuebao.rules.period import Period, PeriodError

app = typer.Typer(
    help="月报：收报表、审核、入库、汇总、出通报。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
plan_app = typer.Typer(help="方案：检查定义和方案自身。", no_args_is_help=True)
app.add_typer(plan_app, name="plan")
app.add_typer(rules_app, name="rules")

PeriodText = Annotated[str, typer.Argument(metavar="期别", help="月份 2023-09，或季度 2023-Q3")]
UnitName = Annotated[str, typer.Option("--unit", help="只做这个单位（名称）")]
OutFolder = Annotated[Path, typer.Option("--out", help="写到这个文件夹")]


class ExportKind(StrEnum):
    OBSERVATIONS = "observations"
    ISSUES = "issues"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HISTORY = "history"
    EXPLANATIONS = "explanations"
    RULES_HEALTH = "rules-health"


class ReloadMode(StrEnum):
    FAILED = "失败的"
    MISSING = "缺报的"
    ALL = "全部"


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def main() -> None:
    """Run the command line; what the user can mend is said in a sentence, without a traceback."""
    with plain_errors():
        app()


@contextmanager
def plain_errors() -> Iterator[None]:
    from flows.runs.asking import AskedError
    from flows.services.server import ServerError
    from flows.settings import SettingsError
    from sql.engine import WarehouseUnavailableError
    from tasks.corrections import OpenCorrectionsError

    known = (
        AskedError,
        DefinitionError,
        NotClosedError,
        NotDecidableError,
        NotDecidedError,
        OpenCorrectionsError,
        PeriodError,
        ServerError,
        SettingsError,
        WarehouseUnavailableError,
    )
    try:
        yield
    except known as error:
        errors.print(str(error), style="red", markup=False, highlight=False)
        sys.exit(2)


@app.command("settings")
def show_settings() -> None:
    """显示当前设置和它们的环境变量名。"""
    from flows.office import settings
    from flows.settings import Settings, without_password

    chosen = settings()
    console.print("设置（环境变量 = 值，说明）", style="bold")
    for name, field in Settings.model_fields.items():
        value = without_password(str(getattr(chosen, name)))
        console.print(
            f"  YUEBAO_{name.upper()} = {value or '（空）'}    {field.description}",
            markup=False,
            highlight=False,
        )
    console.print("实际使用", style="bold")
    used: dict[str, object] = {
        "方案": chosen.programme_folder,
        "收件箱": without_password(chosen.inbox_place),
        "档案": chosen.archive,
        "数据库": without_password(chosen.warehouse),
        "成果": chosen.outputs,
    }
    for label, place in used.items():
        console.print(f"  {label}：{place}", markup=False, highlight=False)


@plan_app.command("check")
def plan_check() -> None:
    """检查方案定义；列出方案自身对不上之处。定义有错时退出码为 2。"""
    from flows.office import office
    from yuebao.programme.check import plan_checks

    programme = office().programme
    console.print(
        f"{programme.title}：{len(programme.indicators)} 项指标，{len(programme.forms)} 张表，"
        f"{len(programme.units)} 个单位，定义无误。"
    )
    checks = plan_checks(programme)
    for check in checks:
        if not check.ok:
            console.print(f"  疑点 {check.clause}：{check.text}", markup=False, highlight=False)
    fine = sum(check.ok for check in checks)
    console.print(f"另核对 {fine} 处，均无出入。疑点只列出，不改动方案的数字。")


@app.command()
def template(
    out: OutFolder,
    period: Annotated[str, typer.Option("--period", help="月份 2023-09，或季度 2023-Q3")],
    unit: UnitName = "",
) -> None:
    """生成各单位的填报模板。"""
    from flows.commands.templating import write_templates
    from flows.office import office
    from flows.runs.asking import ask

    here = office()
    asked = ask(here, period, (unit,) if unit else ())
    written = 0
    for path in write_templates(here, Period.parse(asked.period), asked.units, out):
        written += 1
        console.print(f"  {path}", markup=False, highlight=False)
    console.print(f"共 {written} 个模板，已写到 {out}。", markup=False, highlight=False)


@app.command()
def sample(
    out: OutFolder,
    first: Annotated[str, typer.Option("--from", help="第一个月")],
    last: Annotated[str, typer.Option("--to", help="最后一个月")],
    seed: Annotated[int, typer.Option(help="随机种子；同一种子结果相同")] = 1,
    faults: Annotated[bool, typer.Option("--faults", help="埋入各种差错并写出答案")] = False,
) -> None:
    """生成样例报表（假设的数字，文件上标明“样例”）。"""
    from flows.office import office, settings
    from yuebao.samples.profile import load_profile
    from yuebao.samples.write import ANSWER_KEY, write_samples

    programme = office().programme
    with console.status("正在生成样例…"):
        report = write_samples(
            programme,
            load_profile(settings().programme_folder / "samples", programme),
            out,
            first=Period.parse(first),
            last=Period.parse(last),
            seed=seed,
            faults=faults,
        )
    console.print(f"已写出 {len(report.files)} 个样例文件到 {out}。", markup=False, highlight=False)
    if faults:
        console.print(
            f"埋入差错 {len(report.planted)} 处，答案在 {out / ANSWER_KEY}。", markup=False
        )


@app.command()
def collect(period: PeriodText, unit: UnitName = "") -> None:
    """收集一期报表：读取、审核、入库；报齐或截止后自动汇总。可以反复运行。"""
    from flows.commands.running import run_collect

    _finish(run_collect(period, (unit,) if unit else ()), period)


@app.command()
def reload(
    period: Annotated[str, typer.Option("--period", help="月份 2023-09，或季度 2023-Q3")],
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
    """重报：把一期里失败的、缺报的或全部单位重新做一遍；可以反复运行。"""
    from flows.commands.running import Reload, run_load_unit, run_reload

    units = tuple(unit or ())
    if len(units) == 1 and mode is None and not dry_run:
        _finish(run_load_unit(units[0], period, form, reason), period)
        return
    chosen = str(mode or ReloadMode.FAILED)
    _finish(run_reload(Reload(period, chosen, units, form, dry_run, reason)), period)


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", help="第一个月")],
    last: Annotated[str, typer.Option("--to", help="最后一个月")],
) -> None:
    """补收：从某月到某月逐期收集、汇总，季末一并收季报。"""
    from flows.commands.running import run_backfill

    _finish(run_backfill(first, last), f"{first} 至 {last}")


@app.command()
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


@app.command()
def worker(
    name: Annotated[str, typer.Option(help="worker 的名称；空为本机名")] = "",
    limit: Annotated[int, typer.Option(min=0, help="同时做几个运行；0 为按设置")] = 0,
) -> None:
    """在另一台机器上加一个 worker，连到 YUEBAO_API_URL 所指的服务。"""
    from flows.services.working import run_worker

    run_worker(name, limit)


@app.command()
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


@app.command()
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


@app.command()
def aggregate(period: PeriodText) -> None:
    """用现有数据汇总一个月或一个季度，并重出受影响的通报。"""
    from flows.commands.running import run_aggregate
    from flows.office import office
    from tasks.standings import results_of

    done = run_aggregate(period)
    console.print(f"已汇总：{'、'.join(done)}。")
    here = office()
    print_headline(here.programme, results_of(here, Period.parse(period)))


@app.command()
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


for desk_command in (remind, notify, approve):
    app.command()(desk_command)
for correction_command in (correct, corrections, history, trace):
    app.command()(correction_command)
for revision_command in (held, decide, close, reopen):
    app.command()(revision_command)
for upkeep_command in (health, verify, migrate, rebuild, backup, restore):
    app.command()(upkeep_command)


@app.command()
def export(
    kind: Annotated[ExportKind, typer.Argument(metavar="内容", help="导出什么")],
    period: Annotated[str, typer.Option("--period", help="只导出这一期；空为全部")] = "",
    file_format: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.CSV,
    out: Annotated[Path | None, typer.Option("--out", help="文件名；不给则 CSV 打到屏幕")] = None,
) -> None:
    """导出观测值、问题、月度或季度结果、说明台账、规则情况。列固定，见 README。"""
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


def _finish(words: tuple[str, str], period: str) -> None:
    name, message = words
    console.print(f"{period}：{name}", style="bold", highlight=False, markup=False)
    if message and message != name:
        console.print(message, highlight=False, markup=False)
    if "系统故障" in name or "收件箱连不上" in name:
        sys.exit(1)


if __name__ == "__main__":
    main()
