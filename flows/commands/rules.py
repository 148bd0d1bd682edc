"""``yuebao rules``: how the rules fare with those who fill the forms in."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer

from flows.printing import console

rules_app = typer.Typer(help="审核规则：用得怎么样。", no_args_is_help=True)


@rules_app.command()
def health(
    first: Annotated[str, typer.Option("--from", help="从哪个月起；空为全部")] = "",
    last: Annotated[str, typer.Option("--to", help="到哪个月止；空为全部")] = "",
    share: Annotated[
        int, typer.Option(min=1, max=100, help="百分之几以上靠说明通过的，列为可考虑降级")
    ] = 70,
    at_least: Annotated[int, typer.Option(min=1, help="命中多少处以上才评")] = 5,
) -> None:
    """各条规则命中几处，改正、说明后通过、未了各几处。

    列出可考虑降级的规则。
    """
    from flows.commands.printing_rules import print_candidates, print_health
    from flows.office import office
    from yuebao.rules.rule_health import candidates_for_downgrading

    here = office()
    found = here.warehouse.rules_health(here.programme.id, _month(first), _month(last))
    if not found:
        console.print("这段时间没有命中过规则。")
        return
    print_health(found)
    chosen = candidates_for_downgrading(found, mostly=Decimal(share) / 100, at_least=at_least)
    console.print(f"标准：命中 {at_least} 处以上，其中 {share}% 以上靠说明通过。", highlight=False)
    print_candidates(here.programme, chosen)


def _month(text: str) -> str:
    from yuebao.rules.period import Period

    return str(Period.parse(text).months[-1]) if text else ""
