"""How a worker starts a run: by this very interpreter, in one process."""

import shlex
import shutil
import sys
from pathlib import Path

from flows.services.prefect_environment import client_environment
from flows.services.preparing import job_template
from flows.settings import Settings


def test_the_command_is_this_interpreter_wherever_the_worker_is(tmp_path: Path) -> None:
    environment = client_environment(Settings(home=tmp_path), "http://x/api", {"PATH": "/usr/bin"})
    program, *_ = shlex.split(job_template()["variables"]["properties"]["command"]["default"])
    found = shutil.which(program, path=environment["PATH"])
    assert found is not None
    assert Path(found).parent == Path(sys.executable).parent
