"""``yuebao collect`` where no server is up: one of its own, and all it did is on record."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

MONTH, UNITS = "2023-05", 21


def test_neither_record_nor_log_is_lost_at_exit(prefect_tables: Path, tmp_path: Path) -> None:
    shutil.copytree(prefect_tables, tmp_path / "prefect")
    (tmp_path / "inbox").mkdir()
    own = {"YUEBAO_HOME": str(tmp_path), "COLUMNS": "200", "PREFECT_API_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", "from flows.commands.cli import main; main()", "collect", MONTH],
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    assert f"{MONTH}：未报 {UNITS}" in done.stdout
    assert done.stderr == ""
    assert asked(tmp_path, "SELECT name, state_name FROM flow_run") == [
        (f"收集 {MONTH}", f"未报 {UNITS}")
    ]
    states = asked(tmp_path, "SELECT state_name, count(*) FROM task_run GROUP BY 1 ORDER BY 2")
    assert states == [("Completed", 4), ("未报", UNITS)]
    ends = "SELECT count(*) FROM log WHERE message LIKE 'Finished in state%'"
    assert asked(tmp_path, ends) == [(UNITS + 4 + 1,)]
    assert not (tmp_path / "prefect" / "address.json").exists()


def asked(home: Path, question: str) -> list[tuple[Any, ...]]:
    """What the server's own database says, once it has stopped."""
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as database:
        return database.execute(question).fetchall()
