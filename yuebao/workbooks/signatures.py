"""What each table of a programme looks like in a workbook: its header paths, indexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yuebao.programme.models import Column, Form, Programme, RowsKind, Table
from yuebao.workbooks.labels import loosened, normalised

LABEL = ""  # stands for the column that names the row, where column ids are expected

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A table's header. ``exact`` and ``loose`` give the column of a path (with, without units).

    ``wanted`` are the columns that must be there; columns written by us may be.
    """

    form: Form
    table: Table
    is_first: bool
    exact: Mapping[Path, str]
    loose: Mapping[Path, str]
    wanted: frozenset[str]

    def column_at(self, path: Path) -> str | None:
        """The column a header path (as written, normalised) means; None for no column."""
        found = self.exact.get(path)
        return found if found is not None else self.loose.get(tuple(map(loosened, path)))

    def unit_of(self, column: str) -> str:
        """The column's unit of measure, normalised."""
        return "" if column == LABEL else normalised(self.table.column(column).unit)

    def title_of(self, column: str) -> str:
        """The column as messages name it."""
        if column == LABEL:
            return "·".join(self.table.label)
        return column_title(self.table.column(column))


@dataclass(frozen=True, slots=True)
class SignatureIndex:
    """All tables of a programme; ``by_path`` gives, for a loose path, the tables that know it."""

    signatures: tuple[Signature, ...]
    by_path: Mapping[Path, tuple[int, ...]]
    tops: frozenset[str]
    depths: tuple[int, ...]


def column_title(column: Column) -> str:
    """A column as messages name it: its whole header path."""
    return "·".join(column.path)


def form_name(form: Form) -> str:
    """A form as messages name it."""
    return f"{form.id} {form.title}"


class _Latest:
    """The index of the programme asked for last: building it takes longer than reading a file."""

    def __init__(self) -> None:
        self._known: tuple[Programme, SignatureIndex] | None = None

    def of(self, programme: Programme) -> SignatureIndex:
        known = self._known
        if known is None or known[0] is not programme:
            known = (programme, _build(programme))
            self._known = known
        return known[1]


_latest = _Latest()


def signature_index(programme: Programme) -> SignatureIndex:
    """The programme's header signatures."""
    return _latest.of(programme)


def _build(programme: Programme) -> SignatureIndex:
    signatures = tuple(_signature(form, table) for form in programme.forms for table in form.tables)
    by_path: dict[Path, list[int]] = {}
    for number, signature in enumerate(signatures):
        for path in {*signature.loose, *(tuple(map(loosened, p)) for p in signature.exact)}:
            by_path.setdefault(path, []).append(number)
    return SignatureIndex(
        signatures=signatures,
        by_path={path: tuple(numbers) for path, numbers in by_path.items()},
        tops=frozenset(path[0] for path in by_path),
        depths=tuple(sorted({len(path) for path in by_path})),
    )


def _signature(form: Form, table: Table) -> Signature:
    spellings = list(_spellings(table))
    has_label = table.rows is not RowsKind.OPEN and bool(table.label)
    wanted = {column.id for column in table.columns if not column.prefilled}
    return Signature(
        form=form,
        table=table,
        is_first=table is form.tables[0],
        exact={tuple(map(normalised, path)): column for column, path in reversed(spellings)},
        loose=_unambiguous((tuple(map(loosened, path)), column) for column, path in spellings),
        wanted=frozenset(wanted | ({LABEL} if has_label else set())),
    )


def _spellings(table: Table) -> Iterable[tuple[str, Path]]:
    """Each column with each of its paths, the unit behind the last label or not."""
    if table.label and table.rows is not RowsKind.OPEN:
        for path in (table.label, *table.label_aliases):
            yield LABEL, path
    for column in table.columns:
        for path in (column.path, *column.aliases):
            yield column.id, path
            if column.unit:
                yield column.id, (*path[:-1], f"{path[-1]}({column.unit})")


def _unambiguous(pairs: Iterable[tuple[Path, str]]) -> dict[Path, str]:
    found: dict[Path, str] = {}
    unclear: set[Path] = set()
    for path, column in pairs:
        if found.setdefault(path, column) != column:
            unclear.add(path)
    return {path: column for path, column in found.items() if path not in unclear}
