"""What the command line shows of the rules' health."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from flows.printing import console
from yuebao.findings import catalogue
from yuebao.programme.models import Programme, Severity
from yuebao.rules.rule_health import RuleHealth

_SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "疑问", Severity.NOTICE: "提示"}
_WHOLE_FILE = "（文件）"


def print_health(rules: Sequence[RuleHealth]) -> None:
    """A line a rule, form by form, and what it all comes to."""
    table = Table("表", pad_edge=False)
    table.add_column("规则", overflow="fold", min_width=22)
    table.add_column("程度", no_wrap=True)
    for title in ("命中", "改正", "说明后通过", "未了", "说明占比"):
        table.add_column(title, justify="right")
    for rule in rules:
        counts = (rule.fired, rule.corrected, rule.explained, rule.open)
        table.add_row(
            rule.form or _WHOLE_FILE,
            escape(f"{_title(rule)}\n{rule.rule}".rstrip()),
            _SEVERITIES[rule.severity],
            *map(str, counts),
            f"{rule.explained_share:.0%}" if rule.explained else "",
        )
    console.print(table)
    totals = [sum(getattr(rule, name) for rule in rules) for name in _COUNTED]
    console.print(
        "共 {} 条规则命中 {} 处：改正 {}，说明后通过 {}，未了 {}。".format(len(rules), *totals),
        highlight=False,
    )


def print_candidates(programme: Programme, rules: Sequence[RuleHealth]) -> None:
    """The rules that mostly get explained away, with what may be done about them."""
    if not rules:
        console.print("没有可考虑降级的规则。")
        return
    titles = {form.id: f"{form.id} {form.title}" for form in programme.forms}
    console.print("可考虑降级为提示或放宽范围的规则：", style="bold")
    for rule in rules:
        console.print(
            f"  {titles.get(rule.form, rule.form or _WHOLE_FILE)} {rule_name(rule)}："
            f"命中 {rule.fired} 处（{rule.units} 个单位），"
            f"{rule.explained} 处靠说明通过，只改正 {rule.corrected} 处。",
            markup=False,
            highlight=False,
        )


def rule_name(rule: RuleHealth) -> str:
    """What people call a rule: its kind of finding, and the rule's own id where it has one."""
    return f"{_title(rule)}（{rule.rule}）" if rule.rule else _title(rule)


def _title(rule: RuleHealth) -> str:
    line = catalogue().get(rule.code)
    return line.title if line is not None else rule.code


_COUNTED = ("fired", "corrected", "explained", "open")
