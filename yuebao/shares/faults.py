"""What the errors of SMB and SSH mean, in one vocabulary."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from yuebao.workbooks.inbox import InboxDenied, InboxUnreachable

_BUSY = {0xC0000043, 0xC0000054, 0xC0000056}  # sharing violation, lock conflict, delete pending
_REFUSED = {0xC0000022, 0xC0000061}  # access denied, privilege not held
_UNKNOWN_ACCOUNT = {0xC000006D, 0xC000006E, 0xC0000071, 0xC0000072, 0xC0000193, 0xC0000234}
_ABSENT = {0xC000000F, 0xC0000034, 0xC000003A, 0xC0000225}
_NO_SHARE = 0xC00000CC
_TRANSPORTS = ("smbprotocol", "smbclient", "paramiko", "spnego")


class Busy(Exception):  # noqa: N818  # an outcome, not a fault
    """Another program holds the file."""


class Absent(Exception):  # noqa: N818  # an outcome, not a fault
    """What was looked for is not there (any more)."""


@contextmanager
def in_words(place: str, path: str = "") -> Iterator[None]:
    """Turn what a transport raises into Busy, Absent, InboxDenied or InboxUnreachable.

    Anything else is a mistake of ours and passes through.
    """
    try:
        yield
    except Exception as error:
        told = _told(error, place, path)
        if told is None:
            raise
        raise told from error


def _told(error: Exception, place: str, path: str) -> Exception | None:
    if isinstance(error, UnicodeDecodeError):
        return InboxDenied(place, f"“{path}”里有文件名不是 UTF-8 编码的，不能读取")
    if not _is_of_transport(error):
        return None
    status = _status(error)
    number = error.errno if isinstance(error, OSError) else None
    if status in _BUSY:
        return Busy(path)
    if status in _ABSENT or number == errno.ENOENT or isinstance(error, FileNotFoundError):
        return Absent(path)
    if status in _REFUSED or number in (errno.EACCES, errno.EPERM):
        return InboxDenied(place, f"账号没有权限读写“{path}”")
    return InboxUnreachable(place, _reason(error, status))


def _reason(error: Exception, status: int) -> str:
    name = type(error).__name__
    if status in _UNKNOWN_ACCOUNT or "Authentication" in name:
        return "账号或密码不对，或账号已停用"
    if status == _NO_SHARE:
        return "服务器上没有这个共享"
    if name == "BadHostKeyException":
        return "服务器的密钥与上次不同，可能连错了机器；核实后从 known_hosts 里删去旧的"
    if "Failed to connect" in str(error) or name == "NoValidConnectionsError":
        return "服务器没有应答"
    return "服务器没有应答" if isinstance(error, TimeoutError) else "连接中断"


def _status(error: Exception) -> int:
    """The NTSTATUS an SMB server answered with; 0 for none."""
    found = getattr(error, "ntstatus", None) or getattr(error, "status", 0)
    return found if isinstance(found, int) else 0


def _is_of_transport(error: Exception) -> bool:
    """Whether it came from the network; smbprotocol says ValueError for a failed connection."""
    if isinstance(error, ValueError) and str(error).startswith("Failed to connect"):
        return True
    module = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError | EOFError) or module in _TRANSPORTS
