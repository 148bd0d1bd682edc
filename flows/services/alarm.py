"""``python -m flows.services.alarm``: tell the data team, without server or worker.

What is to be told comes as JSON on standard input; with it goes what quiet hours held back.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from flows.office import office
from flows.printing import console
from flows.services.roll_call import Trouble
from tasks.notify_delivery import deliver
from yuebao.reports.notice import run_notice


def start_alarm(
    troubles: Iterable[Trouble], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Tell it in a process of its own: whatever a channel does, who asks goes on."""
    told = json.dumps([asdict(trouble) for trouble in troubles]).encode()
    with log.open("ab") as output:
        alarm = subprocess.Popen(
            [sys.executable, "-m", "flows.services.alarm"],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if alarm.stdin is not None:
        alarm.stdin.write(told)
        alarm.stdin.close()
    return alarm


def main() -> None:
    """Send over the office's channels; a trouble that was told before is not told again."""
    troubles = [Trouble(**told) for told in json.load(sys.stdin)]
    notices = [
        run_notice(trouble.kind, trouble.subject, trouble.occasion, trouble.detail, "")
        for trouble in troubles
    ]
    delivery = deliver(office(), notices, datetime.now(UTC))
    console.print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} {delivery.words}", highlight=False)
    for trouble in delivery.troubles:
        console.print(trouble, markup=False, highlight=False)


if __name__ == "__main__":
    main()
