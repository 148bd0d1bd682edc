"""Where a server listens, and where its clients find it."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

from flows.services.server import ServerError

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared only


@dataclass(frozen=True)
class Listening:
    """A host and a port to listen on."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for this machine's own clients and browser."""
        host = _ANYWHERE.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api"

    @property
    def is_everywhere(self) -> bool:
        """Whether it listens on every address of this machine."""
        return self.host in _ANYWHERE

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine can reach it."""
        if self.is_everywhere:
            return False
        return all(ipaddress.ip_address(address).is_loopback for address in self._addresses())

    def check_free(self) -> None:
        """ServerError, in words, if nothing can listen here."""
        for address in self._addresses():
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((address, self.port))
                except (OSError, OverflowError) as error:
                    raise ServerError(self._why_not(error)) from error

    def _addresses(self) -> list[str]:
        if self.is_everywhere:
            return ["::" if self.host == "::" else "0.0.0.0"]  # noqa: S104 - asked for
        try:
            found = socket.getaddrinfo(self.host, None, type=socket.SOCK_STREAM)
        except OSError as error:
            raise ServerError(f"--host {self.host} 不是可用的地址：{error}。") from error
        return sorted({str(entry[4][0]).partition("%")[0] for entry in found})

    def _why_not(self, error: Exception) -> str:
        number = error.errno if isinstance(error, OSError) else None
        if number == errno.EADDRINUSE:
            return (
                f"端口 {self.port} 已被别的程序占用。请关掉那个程序，或换一个端口："
                f"yuebao up --port {_neighbour(self.port)}"
            )
        if number == errno.EACCES:
            return f"没有权限使用端口 {self.port}。请用 1024 以上的端口，例如 --port 4200。"
        if number == errno.EADDRNOTAVAIL:
            return f"{self.host} 不是这台机器的地址。请检查 --host。"
        return f"不能在 {self.host} 的端口 {self.port} 上开服务：{error}。"


def _neighbour(port: int) -> int:
    return port + 1 if port < 65535 else 4200
