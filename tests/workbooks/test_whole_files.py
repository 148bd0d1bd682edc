"""A file is there whole or not at all; what the dead left goes, what the living write stays."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from yuebao.whole_files import clear_leftovers, passing_file, put_in_place, write_whole

WRITES_AND_DIES = """
import os, signal, sys
from pathlib import Path
from yuebao.whole_files import passing_file
with passing_file(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""

WRITES_OVER_AND_DIES = """
import resource, signal, sys
from pathlib import Path
from yuebao.whole_files import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_whole(Path(sys.argv[1]), b"new" * 1000)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", WRITES_AND_DIES, str(tmp_path)], check=False)
    assert died.returncode < 0
    assert len(names(tmp_path)) == 1
    assert clear_leftovers(tmp_path) == 1
    assert names(tmp_path) == []


def test_what_a_process_dies_of_in_the_middle_of_writing_leaves_the_old_file(
    tmp_path: Path,
) -> None:
    path = write_whole(tmp_path / "清单.txt", "旧")
    died = subprocess.run([sys.executable, "-c", WRITES_OVER_AND_DIES, str(path)], check=False)
    assert died.returncode < 0
    assert path.read_text(encoding="utf-8") == "旧"


def test_what_is_being_written_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    with passing_file(tmp_path) as file:
        file.write(b"whole")
        assert clear_leftovers(tmp_path) == 0
        put_in_place(file, tmp_path / "报表.xlsx")
    assert names(tmp_path) == ["报表.xlsx"]
    assert (tmp_path / "报表.xlsx").read_bytes() == b"whole"
    assert clear_leftovers(tmp_path) == 0


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "清单.txt", "旧")
    with suppress(InterruptedError), passing_file(tmp_path) as file:
        file.write(b"new")
        raise InterruptedError
    assert names(tmp_path) == ["清单.txt"]
    assert path.read_text(encoding="utf-8") == "旧"
