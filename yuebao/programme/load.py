"""From a folder under targets/ to a Programme, or to one error that names every fault."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from yuebao.programme.draft import Draft, Heading, Located
from yuebao.programme.models import (
    AllocationOverride,
    Calendar,
    CrossCheck,
    Form,
    Indicator,
    Item,
    Programme,
    Reconciliation,
    RevisionPolicy,
    Unit,
)
from yuebao.programme.references import definition_faults
from yuebao.programme.sources import Data, Fault, Loaded, Source, Step, read_csv, read_yaml
from yuebao.programme.wording import complaint

UNIT_COLUMNS = ("code", "name", "short_name", "level", "parent", "aliases")
OVERRIDE_COLUMNS = ("indicator", "unit", "value", "reason")

M = TypeVar("M", bound=BaseModel)


class DefinitionError(ValueError):
    """The definitions of a programme are faulty; ``str()`` lists every fault, one a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def load_programme(folder: Path) -> Programme:
    """The programme of a folder, wholly checked; DefinitionError with every fault otherwise."""
    if not folder.is_dir():
        raise DefinitionError([Fault(folder.name, 1, f"没有这个文件夹：{folder}")])
    reader = _Reader(folder)
    draft = reader.draft()
    faults = [*reader.faults, *definition_faults(draft)]
    if faults or draft.heading is None or draft.calendar is None:
        raise DefinitionError(faults)
    return _programme(draft, draft.heading.value, draft.calendar.value)


class _Reader:
    """Reads the files of one folder and keeps the faults it meets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.incomplete: set[str] = set()

    def draft(self) -> Draft:
        """Everything that could be read."""
        heading = self._single("programme.yml", Heading)
        calendar = self._single("calendar.yml", Calendar)
        return Draft(
            heading=heading,
            calendar=calendar,
            units=self._table("units.csv", UNIT_COLUMNS, Unit),
            items=self._list("items.yml", Item),
            forms=self._each("forms", Form),
            indicators=self._each("indicators", Indicator),
            crosschecks=self._list("crosschecks.yml", CrossCheck),
            reconciliations=self._list("reconciliations.yml", Reconciliation),
            overrides=self._table("allocations.csv", OVERRIDE_COLUMNS, AllocationOverride),
            revisions=self._single("revisions.yml", RevisionPolicy),
            incomplete=frozenset(self.incomplete),
        )

    def _single(self, name: str, model: type[M]) -> Located[M] | None:
        loaded = self._yaml(name)
        if loaded is None or loaded.source is None:
            return None
        return self._validated(model, loaded.data, loaded.source, ())

    def _list(self, name: str, model: type[M]) -> tuple[Located[M], ...]:
        loaded = self._yaml(name)
        if loaded is None or loaded.source is None:
            return ()
        if not isinstance(loaded.data, list):
            self._add(name, Fault(name, 1, "应为列表：每项以“- ”开头"))
            return ()
        return self._all_validated(model, loaded.data, loaded.source)

    def _each(self, name: str, model: type[M]) -> tuple[Located[M], ...]:
        found = []
        for path in sorted((self.folder / name).glob("*.yml")):
            located = self._single(f"{name}/{path.name}", model)
            if located is not None:
                found.append(located)
        return tuple(found)

    def _table(self, name: str, columns: tuple[str, ...], model: type[M]) -> tuple[Located[M], ...]:
        path = self.folder / name
        if not self._exists(path, name):
            return ()
        loaded = self._kept(name, read_csv(path, name, columns))
        if loaded.source is None:
            return ()
        return self._all_validated(model, [_split(row) for row in loaded.data], loaded.source)

    def _yaml(self, name: str) -> Loaded | None:
        path = self.folder / name
        return self._kept(name, read_yaml(path, name)) if self._exists(path, name) else None

    def _exists(self, path: Path, name: str) -> bool:
        if path.is_file():
            return True
        self._add(name, Fault(name, 1, "没有这个文件"))
        return False

    def _kept(self, name: str, loaded: Loaded) -> Loaded:
        for fault in loaded.faults:
            self._add(name, fault)
        return loaded

    def _all_validated(
        self, model: type[M], rows: Sequence[Data], source: Source
    ) -> tuple[Located[M], ...]:
        found = [self._validated(model, row, source, (at,)) for at, row in enumerate(rows)]
        return tuple(located for located in found if located is not None)

    def _validated(
        self, model: type[M], data: Data, source: Source, at: tuple[Step, ...]
    ) -> Located[M] | None:
        try:
            return Located(model.model_validate(data), source, at)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                line = source.line_of((*at, *detail["loc"]))
                self._add(source.path, Fault(source.path, line, complaint(detail)))
            return None

    def _add(self, name: str, fault: Fault) -> None:
        self.faults.append(fault)
        self.incomplete.add(name)


def _split(row: dict[str, str]) -> dict[str, Data]:
    """A row of a table with its ``aliases`` cell taken apart at semicolons."""
    if "aliases" not in row:
        return dict(row)
    return {**row, "aliases": [alias.strip() for alias in row["aliases"].split(";") if alias]}


def _programme(draft: Draft, heading: Heading, calendar: Calendar) -> Programme:
    programme = Programme(
        **dict(heading),
        calendar=calendar,
        units=tuple(unit.value for unit in draft.units),
        items=tuple(item.value for item in draft.items),
        forms=tuple(form.value for form in draft.forms),
        indicators=tuple(indicator.value for indicator in draft.indicators),
        crosschecks=tuple(check.value for check in draft.crosschecks),
        reconciliations=tuple(one.value for one in draft.reconciliations),
        overrides=tuple(override.value for override in draft.overrides),
        revisions=draft.revisions.value if draft.revisions else RevisionPolicy(),
        version="unset",
    )
    return programme.model_copy(update={"version": _version(programme)})


def _version(programme: Programme) -> str:
    """A short hash of what the definitions say; comments and layout do not change it."""
    content = programme.model_dump_json(exclude={"version"})
    return hashlib.sha256(content.encode()).hexdigest()[:12]
