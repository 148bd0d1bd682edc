"""What keeps the warehouse from being used, told with what to do about it."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError

_NOT_TAKEN_IN = "没有写进去的下次运行会补上。"
# What SQLite says of it, then the classes of PostgreSQL's states.
_FULL = ("database or disk is full",)
_DISK = ("disk I/O error",)
_BROKEN = ("malformed", "file is not a database")
_CLOSED = ("unable to open database file", "readonly database", "authorization denied")
_GONE_STATES = ("08", "57P")
_FULL_STATES = ("53100",)


class WarehouseUnavailableError(Exception):
    """The database cannot be reached or used; the message says which and what to do."""


def unreachable(name: str, error: DatabaseError, *, waited: int) -> WarehouseUnavailableError:
    """The database's own complaint on being opened; ``waited`` so many seconds for others."""
    return in_trouble(name, error, waited=waited) or WarehouseUnavailableError(
        f"连不上仓库 {name}，请检查地址、网络和权限，或数据库是否已启动。\n"
        f"The warehouse cannot be reached: {_reason(error)}"
    )


def in_trouble(name: str, error: DatabaseError, *, waited: int) -> WarehouseUnavailableError | None:
    """What befell the database while it was worked with; None for an error of the program's."""
    reason = _reason(error)
    sentence = _sentence(name, error, reason, waited)
    return WarehouseUnavailableError(f"{sentence}\n{reason}") if sentence else None


def _sentence(name: str, error: DatabaseError, reason: str, waited: int) -> str:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if "database is locked" in reason:
        return f"仓库 {name} 正被别的程序占用，等了 {waited} 秒仍未空出，请稍后重试。"
    if _has(reason, _FULL) or state in _FULL_STATES:
        return f"仓库 {name} 所在的磁盘满了，请腾出空间。{_NOT_TAKEN_IN}"
    if _has(reason, _DISK):
        return f"仓库 {name} 所在的磁盘读写出错，请检查磁盘和空间。{_NOT_TAKEN_IN}"
    if _has(reason, _BROKEN):
        return (
            f"仓库 {name} 的文件坏了，读不出来。请停下运行，把它移到别处，"
            "再用 yuebao rebuild 从档案重建，或用备份恢复。"
        )
    if _has(reason, _CLOSED):
        return f"仓库 {name} 打不开或不能写，请检查文件、文件夹和权限。"
    if error.connection_invalidated or state.startswith(_GONE_STATES):
        return f"和仓库 {name} 的连接断了，数据库可能停了或在重启。{_NOT_TAKEN_IN}"
    return ""


def _has(reason: str, words: tuple[str, ...]) -> bool:
    return any(word in reason for word in words)


def _reason(error: DatabaseError) -> str:
    return str(error.orig).strip()
