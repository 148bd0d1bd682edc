"""What the data team does in the Prefect UI, done in a browser: look, open, read, retry, reload.

The tests build on each other, as a day at the office does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect  # noqa: A004

if TYPE_CHECKING:
    from conftest import BrowserOffice

Shoot = Callable[..., None]

RETRIED, RELOADED = "戌街乡", "安乐乡"
UNITS = 21
SLOW: dict[str, Any] = {"timeout": 300_000}  # a laden machine
SOON: dict[str, Any] = {"timeout": 5_000}
ATTEMPTS = 20


@pytest.fixture(scope="module")
def month_run(office: BrowserOffice) -> str:
    """The address of the month's run, as the page of runs links to it."""
    run = office.ask_for("collect-month/collect", period="2023-05")
    return f"{office.url}/v2/runs/flow-run/{run}"


def test_the_months_run_tells_in_chinese_who_is_in(
    office: BrowserOffice, browser_page: Page, month_run: str, shoot: Shoot
) -> None:
    browser_page.goto(office.url)  # the address people type leads to the new UI
    browser_page.get_by_role("link", name="Runs", exact=True).click()
    run = browser_page.get_by_role("listitem").filter(
        has=browser_page.get_by_role("link", name="收集 2023-05")
    )
    expect(run.first).to_contain_text(f"已入库 {UNITS - 2}，退回 2", **SLOW)
    browser_page.get_by_role("link", name="收集 2023-05").click()
    expect(browser_page).to_have_url(re.compile(re.escape(month_run)))
    expect(_head(browser_page)).to_contain_text(f"已入库 {UNITS - 2}，退回 2")
    found = _task_runs(browser_page, "乡 2023")
    expect(_card(found, f"{RETRIED} 2023-05")).to_contain_text("退回 2 处错误")
    expect(_card(found, f"{RELOADED} 2023-05")).to_contain_text("退回 1 处错误")
    expect(_card(found, "蟠猫乡 2023-05")).to_contain_text("已入库")
    shoot("prefect.png")


def test_a_failed_townships_findings_say_the_cell_and_what_to_do(
    browser_page: Page, month_run: str, shoot: Shoot
) -> None:
    _open(browser_page, month_run, "Task Runs")
    _task_runs(browser_page, RETRIED).get_by_role("link", name=f"{RETRIED} 2023-05").first.click()
    _show(browser_page, "Artifacts").get_by_role("link", name="问题清单（2 条）").click()
    browser_page.locator("main a[href*='/artifacts/artifact/']").first.click()
    table = browser_page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table.get_by_role("row", name="T15")).to_contain_text(re.compile("C5.+现在是“无”"))
    expect(table.get_by_role("row", name="T15")).to_contain_text("请只填数字")
    expect(table.get_by_role("row", name="T14")).to_contain_text(re.compile("D7.+“1.2万”"))
    shoot("findings.png", width=1640, height=560)


def test_retry_takes_in_the_corrected_file_and_touches_nobody_else(
    office: BrowserOffice, browser_page: Page, month_run: str
) -> None:
    before = office.loaded()
    office.correct(RETRIED)
    _open(browser_page, month_run, "Task Runs")
    browser_page.get_by_role("button", name="Open menu").click()
    browser_page.get_by_role("menuitem", name="Retry").click()
    browser_page.get_by_role("alertdialog").get_by_role("button", name="Retry").click()
    expect(_head(browser_page)).to_contain_text(f"已入库 {UNITS - 1}，退回 1", **SLOW)
    newest = _card(_task_runs(browser_page, f"{RETRIED} 2023"), f"{RETRIED} 2023-05")
    expect(newest).to_contain_text("已入库")
    _only_this_one_changed(before, office.loaded(), RETRIED)


def test_reload_by_its_form_takes_in_the_chosen_unit_alone(
    office: BrowserOffice, browser_page: Page, shoot: Shoot
) -> None:
    before = office.loaded()
    office.correct(RELOADED)
    browser_page.get_by_role("link", name="Deployments", exact=True).click()
    browser_page.get_by_placeholder("Search deployments").first.fill("reload")
    browser_page.get_by_role("link", name="reload", exact=True).first.click()
    browser_page.get_by_role("button", name="Run", exact=True).click()
    browser_page.get_by_role("menuitem", name="Custom run").click()
    _choose(browser_page, "期别", "2023-05")
    _choose(browser_page, "范围", "失败的")
    _choose(browser_page, "单位", RELOADED)  # stays open for more than one
    browser_page.keyboard.press("Escape")
    browser_page.get_by_label("原因").fill("更正后重报")
    browser_page.get_by_label("经办人").fill("数据组 李")
    shoot("reload.png", height=1240)
    browser_page.get_by_role("button", name="Submit").click()
    browser_page.get_by_role("button", name="View run").click()
    expect(browser_page.get_by_text("重报 2023-05 失败的").first).to_be_visible(**SLOW)
    expect(_head(browser_page)).to_contain_text("已入库 1", **SLOW)
    _only_this_one_changed(before, office.loaded(), RELOADED)


def _open(page: Page, run: str, tab: str) -> None:
    page.goto(run)
    _show(page, tab)


def _head(page: Page) -> Locator:
    return page.get_by_role("main")


def _show(page: Page, tab: str) -> Locator:
    """The content of a tab of a run's page; the list of runs, left a moment ago, has tabs too."""
    expect(page.get_by_role("tab", name="Artifacts")).to_be_visible()
    page.get_by_role("tab", name=tab).click()
    return page.get_by_role("tabpanel", name=tab)


def _task_runs(page: Page, name: str) -> Locator:
    """The list of task runs, narrowed to those with this in their name."""
    shown = _show(page, "Task Runs")
    shown.get_by_placeholder("Search by run name").fill(name)
    return shown


def _card(found: Locator, name: str) -> Locator:
    """The newest task run of exactly that name, with its state."""
    link = found.page.get_by_role("link", name=name, exact=True)
    return found.locator("[data-slot=card]").filter(has=link).first


def _choose(page: Page, parameter: str, value: str) -> None:
    """Pick a value of a drop-down in a run's form, which closes when the form is drawn anew."""
    option = page.get_by_role("option", name=value, exact=True)
    for _ in range(ATTEMPTS):
        with suppress(TimeoutError):
            if not option.is_visible():
                page.get_by_role("button", name=f"Select {parameter}").click(**SOON)
            option.click(**SOON)
            return
    raise AssertionError(f"{value} could not be chosen for {parameter}")


def _only_this_one_changed(before: dict[str, Any], after: dict[str, Any], unit: str) -> None:
    """One more version of this unit, and everything loaded before as it was loaded."""
    assert len(after[unit]) == len(before[unit]) + 1
    assert after | {unit: after[unit][:-1]} == before
