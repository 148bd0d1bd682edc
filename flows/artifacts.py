"""What the data team reads beside a run, without code: the grid of obligations, the headline."""

from __future__ import annotations

from collections.abc import Iterable

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from tasks.office import Office
from tasks.standings import results_of
from yuebao.programme.models import Programme
from yuebao.results import Colour, ObligationStatus
from yuebao.rules.obligations import measures
from yuebao.rules.period import Period
from yuebao.rules.wording import state_mark

_COLOURS = {Colour.GREEN: "达序时", Colour.AMBER: "略慢", Colour.RED: "滞后", Colour.GREY: "不评"}


def show_obligations(
    programme: Programme, period: str, statuses: Iterable[ObligationStatus]
) -> None:
    """The grid units × forms as a table artifact named by the period."""
    listed = tuple(statuses)
    grid: dict[str, dict[str, str]] = {}
    for status in listed:
        name = programme.unit(status.obligation.unit).name
        grid.setdefault(name, {"单位": name})[status.obligation.form] = state_mark(status)
    forms = list(dict.fromkeys(status.obligation.form for status in listed))
    rows = [
        {"单位": name} | {form: row.get(form, "") for form in forms} for name, row in grid.items()
    ]
    total = measures(listed)
    create_table_artifact(
        key=f"obligations-{period.lower()}",
        table=rows,
        description=f"{period} 报送情况：应报 {total.expected} 张，实报 {total.actual} 张，"
        f"及时 {total.on_time} 张",
    )


def show_headline(office: Office, period: Period) -> None:
    """The county's figures by colour and where the bulletin lies, as a markdown artifact."""
    programme = office.programme
    county = [result for result in results_of(office, period) if result.unit == programme.county]
    lines = [f"# {period.chinese} 十项重点工作", ""]
    for colour, word in _COLOURS.items():
        count = sum(result.colour is colour for result in county)
        lines.append(f"- {word}：{count} 项")
    behind = [result for result in county if result.colour is Colour.RED]
    names = "、".join(programme.indicator(result.indicator).name for result in behind)
    lines += ["", f"滞后的指标：{names or '无'}", ""]
    folder = office.outputs / str(period)
    lines.append(f"通报文件：`{folder / f'通报_{period}.html'}`，同名 .xlsx 可用 Excel 打开。")
    create_markdown_artifact(
        key=f"headline-{str(period).lower()}",
        markdown="\n".join(lines),
        description=f"{period} 概况",
    )
