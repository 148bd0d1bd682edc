"""The address of a share: ``smb://user@host/share/path`` or ``sftp://user@host/path``."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

SCHEMES = ("smb", "sftp")


class ShareAddressError(ValueError):
    """The inbox's address cannot be used; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class ShareAddress:
    """Where a share is and who asks for it; the password is not part of it."""

    scheme: str
    user: str
    host: str
    port: int | None
    folder: str  # "/share/path", without a slash at the end

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.user}@{self.host}{port}{self.folder}"


def is_share(place: str) -> bool:
    """Whether the inbox is given as an address and not as a folder."""
    return "://" in place


def share_address(place: str) -> ShareAddress:
    """The address in its parts. Raises ShareAddressError, which never repeats a password."""
    try:
        parts = urlsplit(place.replace("#", "%23").replace("?", "%3F"))
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ShareAddressError("YUEBAO_INBOX 不是一个能用的地址。") from error
    _check(parts, host)
    folder = "/" + "/".join(_folders(unquote(parts.path)))
    if parts.scheme == "smb" and folder == "/":
        raise ShareAddressError("YUEBAO_INBOX 缺少共享名：smb://用户@服务器/共享名/文件夹。")
    return ShareAddress(parts.scheme, _user(parts), host, port, folder.rstrip("/"))


def _check(parts: SplitResult, host: str) -> None:
    if parts.scheme not in SCHEMES:
        raise ShareAddressError(
            f"YUEBAO_INBOX 应为文件夹，或 smb://、sftp:// 开头的地址，不能是“{parts.scheme}://”。"
        )
    if parts.password is not None:
        raise ShareAddressError(
            "YUEBAO_INBOX 里不要写密码，请放进环境变量 YUEBAO_INBOX_PASSWORD，"
            "sftp 也可以用 YUEBAO_INBOX_KEY 指定密钥文件。"
        )
    if not host or not parts.username:
        raise ShareAddressError(
            f"YUEBAO_INBOX 缺少用户名或服务器：{parts.scheme}://用户@服务器/文件夹。"
        )


def _folders(path: str) -> list[str]:
    names = [name for name in path.split("/") if name]
    if any(name in (".", "..") or "\\" in name for name in names):
        raise ShareAddressError("YUEBAO_INBOX 的文件夹里不能有“.”“..”或反斜杠。")
    return names


def _user(parts: SplitResult) -> str:
    """The account; ``domain;user`` becomes ``domain\\user``, as Windows writes it."""
    return unquote(parts.username or "").replace(";", "\\", 1)
