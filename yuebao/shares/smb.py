"""A Windows share through fsspec and smbprotocol."""

from __future__ import annotations

from stat import S_ISDIR, S_ISLNK
from typing import Any

import smbclient
from fsspec.implementations.smb import SMBFileSystem
from smbprotocol.file_info import FileRenameInformation
from smbprotocol.open import FilePipePrinterAccessMask, Open, SMB2SetInfoRequest

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
        """Rename in one step, over the file that may have the name already.

        smbclient.replace first opens that file for execution, which many servers refuse.
        """
        source = f"\\\\{self.host}{path1}".replace("/", "\\")
        within = path2.replace("/", "\\").split("\\", 2)[2]  # without the share's name
        with smbclient.open_file(
            source,
            "rb",
            buffering=0,
            port=self._port,
            share_access="rwd",
            desired_access=FilePipePrinterAccessMask.DELETE,
        ) as held:
            _rename_open(held.fd, within)


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


def _rename_open(held: Open, target: str) -> None:
    """Give an open file another name within its share."""
    wish = FileRenameInformation()
    wish["replace_if_exists"] = True
    wish["file_name"] = target
    request = SMB2SetInfoRequest()
    request["info_type"] = wish.INFO_TYPE
    request["file_info_class"] = wish.INFO_CLASS
    request["file_id"] = held.file_id
    request["buffer"] = wish
    tree = held.tree_connect
    sent = held.connection.send(request, tree.session.session_id, tree.tree_connect_id)
    held.connection.receive(sent)


def _kind(mode: int) -> str:
    if S_ISLNK(mode):
        return "link"
    return "directory" if S_ISDIR(mode) else "file"
