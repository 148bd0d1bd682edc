"""``make demo``: a sample year with planted faults through the real flows, month by month."""

from __future__ import annotations

import csv
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.commands.cli import plain_errors
from flows.office import office, settings
from flows.printing import console, print_grid, print_headline
from flows.services.server import prefect_api
from tasks.office import Office
from tasks.standings import results_of, statuses_of
from yuebao.findings import Issue
from yuebao.rules.calendar import local_date, quarters, reportable_periods
from yuebao.rules.period import Period
from yuebao.samples.profile import load_profile
from yuebao.samples.write import ANSWER_KEY, write_corrected, write_samples

_SEED = 1


@dataclass(frozen=True)
class Answer:
    """One line of the answer key."""

    unit: str
    period: str
    form: str
    sheet: str
    cell: str
    code: str


def main() -> None:
    """Run the whole demo in YUEBAO_HOME, which is emptied first if an earlier demo filled it."""
    started = time.monotonic()
    os.environ["YUEBAO_SETTLE_SECONDS"] = "0"  # nobody is still writing these files
    with plain_errors():
        _prepare(settings().root)
        here = office()
        _write_inbox(here)
        with prefect_api(settings()):
            _run_year(here)
            _compare(here)
            _correct_one(here)
            _flush()
        _point_to_outputs(here, time.monotonic() - started)


def _prepare(root: Path) -> None:
    mark = root / ".demo"
    if root.exists() and any(root.iterdir()) and not mark.exists():
        raise SystemExit(f"{root} 里已有别的内容，演示不会覆盖它。请换一个 YUEBAO_HOME。")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    mark.touch()


def _write_inbox(here: Office) -> None:
    months = reportable_periods(here.programme)
    _say(f"生成样例：{here.programme.title}，{months[0]} 至 {months[-1]}（埋有差错）")
    report = write_samples(
        here.programme,
        load_profile(here.programme_folder / "samples", here.programme),
        here.inbox_folder,
        first=months[0],
        last=months[-1],
        seed=_SEED,
        faults=True,
    )
    shutil.move(here.inbox_folder / ANSWER_KEY, here.root / ANSWER_KEY)
    console.print(
        f"收件箱 {here.inbox_folder} 里有 {len(report.files)} 个文件，"
        f"埋入差错 {len(report.planted)} 处。"
    )


def _run_year(here: Office) -> None:
    from flows.collect_month import collect_month
    from flows.runs.records import wait_until_recorded

    for period in _periods(here):
        begun = time.monotonic()
        state = collect_month(str(period), return_state=True)
        _say(f"{period.chinese}：{state.name}（{time.monotonic() - begun:.1f} 秒）")
        results = results_of(here, period)
        print_headline(here.programme, results)
    lacking = wait_until_recorded(seconds=30)
    console.print(f"Prefect 中缺少的运行记录：{lacking} 条。")


def _flush() -> None:
    from flows.runs.records import flush_logs

    flush_logs()


def _periods(here: Office) -> list[Period]:
    listed = [*reportable_periods(here.programme), *quarters(here.programme)]
    return sorted(listed, key=lambda period: (period.year, period.month, period.is_quarter))


def _compare(here: Office) -> None:
    answers = _answers(here.root / ANSWER_KEY)
    found = _found(here, {answer.period for answer in answers})
    missed = [answer for answer in answers if not _is_found(here, answer, found)]
    _say(f"差错核对：埋入 {len(answers)} 处，找到 {len(answers) - len(missed)} 处。")
    for answer in missed:
        console.print(f"  没有找到：{answer}", markup=False)


def _answers(path: Path) -> list[Answer]:
    fields = Answer.__dataclass_fields__
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Answer(**{name: line[name] for name in fields})
            for line in csv.DictReader(file)
            if line["code"]
        ]


def _found(here: Office, periods: Iterable[str]) -> dict[tuple[str, str], list[Issue]]:
    found: dict[tuple[str, str], list[Issue]] = {}
    for period in periods:
        for issue in here.warehouse.issues(here.programme.id, period):
            found.setdefault((issue.unit, period), []).append(issue)
    return found


def _is_found(here: Office, answer: Answer, found: dict[tuple[str, str], list[Issue]]) -> bool:
    unit = here.programme.unit_named(answer.unit).code
    return any(
        issue.code == answer.code
        and issue.form == answer.form
        and answer.cell in ("", issue.cell, *issue.cells)
        for issue in found.get((unit, answer.period), [])
    )


def _correct_one(here: Office) -> None:
    from flows.load_unit import load_unit

    chosen = _first_returned(here)
    if chosen is None:
        return
    unit, period = chosen
    name = here.programme.unit(unit).name
    write_corrected(
        here.programme,
        load_profile(here.programme_folder / "samples", here.programme),
        here.inbox_folder,
        unit=unit,
        period=period,
        seed=_SEED,
    )
    state = load_unit(name, str(period), return_state=True)
    _say(f"{name}按回执改正后重报 {period}：{state.name}。此后受影响的月份和季度已重新汇总。")


def _first_returned(here: Office) -> tuple[str, Period] | None:
    for period in reversed(reportable_periods(here.programme)):
        for standing in here.warehouse.statuses(here.programme.id, str(period)):
            if standing.state is not None and standing.state.value == "returned":
                return standing.unit, period
    return None


def _point_to_outputs(here: Office, seconds: float) -> None:
    last = reportable_periods(here.programme)[-1]
    quarter = quarters(here.programme)[-1]
    _say(f"{last} 报送情况")
    print_grid(
        here.programme, statuses_of(here, str(last), local_date(here.programme, datetime.now(UTC)))
    )
    _say(f"用时 {seconds:.0f} 秒。请看：")
    for label, path in {
        "月度通报": here.outputs / str(last) / f"通报_{last}.html",
        "季度通报": here.outputs / str(quarter) / f"通报_{quarter}.html",
        "问题清单": here.outputs / str(last) / "问题清单",
        "各单位回执": here.inbox_folder / "<单位>" / "回执",
        "差错答案": here.root / ANSWER_KEY,
    }.items():
        console.print(f"  {label}：{path}", markup=False, highlight=False)


def _say(text: str) -> None:
    console.print()
    console.print(text, style="bold", markup=False, highlight=False)


if __name__ == "__main__":
    main()
