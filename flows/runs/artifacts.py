"""What the data team reads beside a run, without code: grids, findings, headline, traces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from tasks.office import Office
from tasks.open_corrections import open_corrections
from tasks.standings import results_of
from yuebao.findings import catalogue
from yuebao.programme.models import Programme
from yuebao.reports.inert import inert
from yuebao.results import Colour, ObligationStatus
from yuebao.rules.calendar import local_time
from yuebao.rules.obligations import measures
from yuebao.rules.period import Period
from yuebao.rules.wording import state_mark

_COLOURS = {Colour.GREEN: "达序时", Colour.AMBER: "略慢", Colour.RED: "滞后", Colour.GREY: "不评"}
_MOST_ROWS = 200


def show_table(key: str, rows: Sequence[dict[str, str]], description: str) -> None:
    """A table artifact of texts that nothing obeys, cut at 200 rows; it says so where it is cut.

    The key is in small letters, digits and dashes.
    """
    more = f"（只列前 {_MOST_ROWS} 行，共 {len(rows)} 行）" if len(rows) > _MOST_ROWS else ""
    create_table_artifact(
        key=key,
        table=[{name: inert(text) for name, text in row.items()} for row in rows[:_MOST_ROWS]],
        description=description + more,
    )


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
    show_table(
        f"obligations-{period.lower()}",
        rows,
        f"{period} 报送情况：应报 {total.expected} 张，实报 {total.actual} 张，"
        f"及时 {total.on_time} 张",
    )


def show_rule_matrix(office: Office) -> None:
    """Which rule stopped which unit in which month: a row a unit, form and rule, often ones first.

    A cell counts the submissions in which the rule was broken, corrected ones included.
    """
    programme = office.programme
    counts: dict[tuple[str, str, str], dict[str, int]] = {}
    for firing in office.warehouse.rule_firings(programme.id):
        of_rule = counts.setdefault((firing.unit, firing.form, firing.code), {})
        of_rule[firing.period] = firing.submissions
    periods = sorted({period for of_rule in counts.values() for period in of_rule})
    often = sorted(counts.items(), key=lambda found: -sum(found[1].values()))
    rows = [
        {
            "单位": programme.unit(unit).name,
            "表": form,
            "规则": catalogue()[code].title,
            "合计": str(sum(of_rule.values())),
        }
        | {period: str(of_rule.get(period, "")) for period in periods}
        for (unit, form, code), of_rule in often
    ]
    if rows:
        show_table("rules", rows, "哪个单位哪条规则在哪些期被触发（每格为触发的报送次数）")


def show_reruns(office: Office, period: str) -> None:
    """Every re-run of the period, newest first: when, who, why, what changed."""
    programme = office.programme
    rows = [
        {
            "时间": local_time(programme, record.ran_at),
            "谁": record.asked_by,
            "方式": record.mode,
            "单位": programme.unit(record.unit).name if record.unit else "—",
            "表": record.form or "全部",
            "原因": record.reason,
            "之前": record.before,
            "之后": record.after,
            "有变化": "是" if record.changed else "否",
            "运行": record.run,
        }
        for record in office.warehouse.reruns(programme.id, period)
    ]
    show_table(f"reruns-{period.lower()}", rows, f"{period} 重报留痕")


def show_headline(office: Office, period: Period) -> None:
    """The county's figures by colour and where the bulletin lies, as a markdown artifact."""
    programme = office.programme
    county = [result for result in results_of(office, period) if result.unit == programme.county]
    lines = [f"# {period.chinese} {programme.title}", ""]
    if waiting := open_corrections(office, period):
        lines += [f"**有 {len(waiting)} 条更正待处理，以下是从前汇总的数，处理后重新汇总。**", ""]
    for colour, word in _COLOURS.items():
        count = sum(result.colour is colour for result in county)
        lines.append(f"- {word}：{count} 项")
    behind = [result for result in county if result.colour is Colour.RED]
    names = "、".join(programme.indicator(result.indicator).name for result in behind)
    partial = [result for result in county if not result.complete]
    lines += ["", f"滞后的指标：{names or '无'}", ""]
    if partial:
        lines += [f"有 {len(partial)} 项指标的数据还不全（有单位未报或退回）。", ""]
    folder = office.outputs / str(period)
    lines.append(f"通报文件：`{folder / f'通报_{period}.html'}`，同名 .xlsx 可用 Excel 打开。")
    lines.append(f"各单位问题清单：`{folder / '问题清单'}`。")
    create_markdown_artifact(
        key=f"headline-{str(period).lower()}",
        markdown="\n".join(lines),
        description=f"{period} 概况",
    )
