"""The command line as a person at a prompt meets it, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parents[2]
WITHOUT_PREFECT = """
import sys
from flows.commands.cli import main
sys.argv = ["yuebao", *sys.argv[1:]]
try:
    main()
finally:
    print("prefect" in sys.modules, "great_expectations" in sys.modules, file=sys.stderr)
"""


def yuebao(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with this home; its output as text."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_PREFECT, *words],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=home,
        env=os.environ | {"YUEBAO_HOME": str(home), "COLUMNS": "200"} | environment,
        check=False,
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


def test_settings_are_shown_by_their_environment_names(empty: Path) -> None:
    url = "postgresql://office:secret@127.0.0.1:1/county"
    shown = yuebao(empty, "settings", YUEBAO_WAREHOUSE_URL=url).stdout
    assert f"YUEBAO_HOME = {empty}" in shown
    for what, place in (("收件箱", "inbox"), ("档案", "archive"), ("成果", "outputs")):
        assert f"{what}：{empty / place}" in shown
    assert "postgresql://office:***@127.0.0.1:1/county" in shown
    assert "secret" not in shown


def test_plan_check_tells_what_the_plan_does_not_reconcile(empty: Path) -> None:
    told = yuebao(empty, "plan", "check")
    assert told.returncode == 0
    assert "65 项指标，20 张表" in told.stdout
    assert "600户2106人" in told.stdout
    assert "78户278人" in told.stdout
    assert "771" not in told.stdout


def test_plan_check_of_a_broken_definition_names_file_and_line(empty: Path, tmp_path: Path) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(ROOT / "targets" / "mouding-2023", broken)
    form = broken / "forms" / "T08.yml"
    form.write_text(form.read_text(encoding="utf-8").replace("frequency:", "frequencies:"), "utf-8")
    told = yuebao(empty, "plan", "check", YUEBAO_PROGRAMME=str(broken))
    assert told.returncode == 2
    assert "forms/T08.yml:4" in told.stderr
    assert "Traceback" not in told.stderr


def test_templates_of_one_unit(empty: Path) -> None:
    told = yuebao(empty, "template", "--period", "2023-09", "--unit", "共和镇", "--out", "forms")
    assert "共 1 个模板" in told.stdout
    (path,) = (empty / "forms" / "共和镇").glob("*.xlsx")
    titles = openpyxl.load_workbook(path).sheetnames
    assert "T08 农村劳动力转移就业" in titles


def test_an_empty_month_reads_as_nothing_reported(empty: Path) -> None:
    told = yuebao(empty, "status", "2023-09")
    assert "未报" in told.stdout
    assert "应报 119 张，实报 0 张" in told.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status", "2023-13"), "“2023-13”不是期别"),
        (("status", "2023-Q1"), "第一季度没有季报"),
        (("issues", "2023-09", "--unit", "昆明"), "没有“昆明”这个报送单位"),
    ],
)
def test_what_is_asked_wrongly_is_answered_in_a_sentence(
    empty: Path, words: tuple[str, ...], sentence: str
) -> None:
    told = yuebao(empty, *words)
    assert told.returncode == 2
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr


def test_an_unreachable_warehouse_is_said_plainly(empty: Path) -> None:
    told = yuebao(empty, "status", "2023-09", YUEBAO_WAREHOUSE_URL="postgresql://a:b@127.0.0.1:1/c")
    assert told.returncode == 2
    assert "数据库" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_unknown_programme_is_said_plainly(empty: Path) -> None:
    told = yuebao(empty, "plan", "check", YUEBAO_PROGRAMME="nowhere-2030")
    assert told.returncode == 2
    assert "找不到方案“nowhere-2030”" in told.stderr


@pytest.mark.parametrize(
    "words", [("status", "2023-09"), ("issues", "2023-09"), ("export", "monthly")]
)
def test_commands_that_only_read_load_neither_prefect_nor_the_judge(
    empty: Path, words: tuple[str, ...]
) -> None:
    told = yuebao(empty, *words)
    assert told.returncode == 0
    assert told.stderr.strip().endswith("False False")
