"""Faults of the machine in a sentence, with what to do about it."""

from __future__ import annotations

from errno import EACCES, EDQUOT, EFBIG, EIO, ENOSPC, EROFS

_FULL = "磁盘满了，请腾出空间；没有做完的下次运行会接着做"
_SENTENCES = {
    ENOSPC: _FULL,
    EDQUOT: _FULL,
    EFBIG: _FULL,
    EROFS: "磁盘是只读的，请检查磁盘；没有做完的下次运行会接着做",
    EIO: "磁盘读写出错，请检查磁盘；没有做完的下次运行会接着做",
    EACCES: "没有权限读写，请检查文件夹的权限；没有做完的下次运行会接着做",
}


def in_words(error: BaseException) -> str:
    """What the error says, and of a full or broken disk what that means and what to do."""
    if isinstance(error, OSError) and error.errno in _SENTENCES:
        return f"{_SENTENCES[error.errno]}（{error}）"
    return str(error) or type(error).__name__
