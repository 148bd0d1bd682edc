"""Where notices go: the office's channels.yml, checked line by line, and sending over Apprise."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apprise
from pydantic import BaseModel, ConfigDict, ValidationError

from tasks.writing import write_whole
from yuebao.programme.load import DefinitionError
from yuebao.programme.models import Programme
from yuebao.programme.sources import Fault, Source, Step, read_yaml
from yuebao.programme.wording import complaint
from yuebao.reports.notice import DATA_TEAM, Notice

FILE = "channels.yml"
DRY = "文件"  # the channel of who has none: a file a message
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')
# Apprise writes addresses, and what they carry, into its log.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


class ChannelsFile(BaseModel):
    """What channels.yml says: addresses by name, and who is told over which of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: dict[str, str]
    data_team: tuple[str, ...] = ()
    everyone: tuple[str, ...] = ()
    units: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Channels:
    """The channels in use. Addresses hold secrets: they are never shown, logged or stored."""

    dry_folder: Path
    data_team: tuple[str, ...] = ()
    everyone: tuple[str, ...] = ()
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, unit: str) -> tuple[str, ...]:
        """The names of a unit's channels (the data team's for ``DATA_TEAM``); the dry one if none.

        A unit without a line of its own is told over ``everyone``.
        """
        own = self.data_team if unit == DATA_TEAM else self.units.get(unit, self.everyone)
        return own or (DRY,)

    def send(self, name: str, notice: Notice) -> str:
        """Send over that channel; returns what went wrong in a sentence, '' if nothing."""
        if name == DRY:
            return self._write(notice)
        if name not in self.addresses:
            return f"{FILE} 里已没有通道“{name}”"
        service = apprise.Apprise()
        service.add(self.addresses[name])
        if service.notify(title=notice.title, body=notice.body, body_format="text"):
            return ""
        return f"通道“{name}”没有收下"

    def _write(self, notice: Notice) -> str:
        name = _UNSAFE.sub("_", notice.key).strip("_")
        write_whole(self.dry_folder / f"{name}.txt", f"{notice.title}\n{notice.body}\n")
        return ""


def load_channels(
    path: Path, programme: Programme, environment: Mapping[str, str], *, dry_folder: Path
) -> Channels:
    """The channels of the file; all dry without one. DefinitionError names every fault's line."""
    if not path.is_file():
        return Channels(dry_folder)
    loaded = read_yaml(path, path.name)
    if loaded.source is None or loaded.faults:
        raise DefinitionError(loaded.faults)
    return _checked(loaded.data, loaded.source, programme, environment, dry_folder)


def _checked(
    data: object,
    source: Source,
    programme: Programme,
    environment: Mapping[str, str],
    dry_folder: Path,
) -> Channels:
    try:
        said = ChannelsFile.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(
            [
                Fault(source.path, source.line_of(detail["loc"]), complaint(detail))
                for detail in error.errors(include_url=False)
            ]
        ) from None  # the error's own text would quote addresses
    faults = [
        Fault(source.path, source.line_of(at), text)
        for at, text in (*_address_faults(said, environment), *_route_faults(said, programme))
    ]
    if faults:
        raise DefinitionError(faults)
    codes = {name: _unit_code(programme, name) or "" for name in said.units}
    return Channels(
        dry_folder,
        data_team=said.data_team,
        everyone=said.everyone,
        units={codes[name]: channels for name, channels in said.units.items()},
        addresses={name: _filled(url, environment) for name, url in said.channels.items()},
    )


def _address_faults(
    said: ChannelsFile, environment: Mapping[str, str]
) -> Iterator[tuple[tuple[Step, ...], str]]:
    for name, url in said.channels.items():
        missing = [variable for variable in _VARIABLE.findall(url) if not environment.get(variable)]
        if missing:
            yield ("channels", name), f"通道“{name}”要用的环境变量没有设：{'、'.join(missing)}"
        elif apprise.Apprise.instantiate(_filled(url, environment)) is None:
            yield ("channels", name), f"通道“{name}”的地址不是 Apprise 认识的写法"


def _route_faults(
    said: ChannelsFile, programme: Programme
) -> Iterator[tuple[tuple[Step, ...], str]]:
    routes: dict[tuple[Step, ...], Sequence[str]] = {
        ("data_team",): said.data_team,
        ("everyone",): said.everyone,
        **{("units", unit): channels for unit, channels in said.units.items()},
    }
    for at, names in routes.items():
        for position, name in enumerate(names):
            if name not in said.channels and name != DRY:
                yield (*at, position), f"没有名为“{name}”的通道"
    for unit in said.units:
        if _unit_code(programme, unit) is None:
            yield ("units", unit), f"没有“{unit}”这个报送单位"


def _filled(url: str, environment: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: environment.get(found[1], ""), url)


def _unit_code(programme: Programme, name: str) -> str | None:
    for unit in programme.reporters:
        if name in (unit.name, unit.short_name, unit.code, *unit.aliases):
            return unit.code
    return None
