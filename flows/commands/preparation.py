"""The commands before anything is collected: settings, the plan's check, templates, samples."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.arguments import FirstMonth, LastMonth, OutFolder, PeriodOption, UnitName
from flows.printing import console
from yuebao.rules.period import Period

plan_app = typer.Typer(help="方案：检查定义和方案自身。", no_args_is_help=True)


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


def template(
    out: OutFolder,
    period: PeriodOption,
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


def sample(
    out: OutFolder,
    first: FirstMonth,
    last: LastMonth,
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
