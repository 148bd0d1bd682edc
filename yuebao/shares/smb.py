"""A Windows share through fsspec and smbprotocol."""

from __future__ import annotations

from stat import S_ISDIR, S_ISLNK
from typing import Any

import smbclient
from fsspec.implementations.smb import SMBFileSystem

from yuebao.shares.address import ShareAddress

_CONNECT_SECONDS = 10


class WindowsShare(SMBFileSystem):  # type: ignore[misc]  # fsspec is untyped
    """fsspec's file system with links seen as links, exact times, and renaming over a file.

    Files are opened so that nobody may write to them meanwhile: what another program is writing
    to, or holds open for writing, cannot be opened.
    """

    cachable = False

    def _connect(self) -> None:
        """One attempt: who retries is decided by the task."""
        self._session = smbclient.register_session(
            self.host,
            username=self.username,
            password=self.password,
            port=self._port,
            connection_timeout=self.timeout,
        )

    def drop(self) -> None:
        """Cut the connection, whoever waits on it."""
        self._session.connection.transport.close()

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Size, kind, and times in seconds; of a link, the link's own."""
        unc = f"\\\\{self.host}{path}".replace("/", "\\")
        status = smbclient.stat(unc, port=self._port, follow_symlinks=False)
        return {
            "name": path,
            "size": status.st_size,
            "type": _kind(status.st_mode),
            "mtime": status.st_mtime,
            "changed": status.st_chgtime,
            "created": status.st_ctime,
            "identity": str(status.st_ino),
        }

    def mv(self, path1: str, path2: str, **_: Any) -> None:
        """Rename, over the file that may have the name already."""
        source, target = (f"\\\\{self.host}{p}".replace("/", "\\") for p in (path1, path2))
        smbclient.replace(source, target, port=self._port)


def windows_share(address: ShareAddress, password: str) -> WindowsShare:
    """Connect to the share's server."""
    return WindowsShare(
        address.host,
        port=address.port,
        username=address.user,
        password=password or None,
        timeout=_CONNECT_SECONDS,
        share_access="r",
        skip_instance_cache=True,
    )


def _kind(mode: int) -> str:
    if S_ISLNK(mode):
        return "link"
    return "directory" if S_ISDIR(mode) else "file"
