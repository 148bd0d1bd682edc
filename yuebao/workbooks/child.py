"""The reading child: one process that turns paths into workbooks, within bounds.

It speaks over its standard streams: a JSON line with the path comes in, a length and a pickle go
out. It ends when its parent's end of the pipe closes, and by alarm when a file takes too long.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import struct
import sys
from pathlib import Path

from yuebao.heap import settle_heap
from yuebao.workbooks.parse import parse_workbook
from yuebao.workbooks.raw import RawWorkbook
from yuebao.workbooks.refusal import Limits, Refused

LENGTH = struct.Struct(">Q")


def outcome(path: Path, limits: Limits) -> RawWorkbook | Refused:
    """The workbook, or why it is not read. Whatever goes wrong inside a reader is a refusal."""
    try:
        return parse_workbook(path, limits)
    except Refused as refused:
        return refused
    except FileNotFoundError:
        return Refused("file-unreadable")
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the reader's Rust code is no Exception
        return Refused("file-unreadable")


def serve(memory_mb: int, seconds: int) -> None:
    """Answer requests until the parent's end of the pipe closes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    settle_heap()
    replies = os.fdopen(os.dup(1), "wb")
    for line in sys.stdin.buffer:
        signal.alarm(seconds + 1)
        reply = pickle.dumps(outcome(Path(json.loads(line)), Limits()), pickle.HIGHEST_PROTOCOL)
        signal.alarm(0)
        replies.write(LENGTH.pack(len(reply)) + reply)
        replies.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
