"""The definitions as plain dictionaries, read by PyYAML and csv alone."""

import csv
from fractions import Fraction
from pathlib import Path

import yaml


class Definitions:
    """What one folder under targets/ says, unvalidated and unconverted."""

    def __init__(self, folder: Path) -> None:
        self.programme = read_yaml(folder / "programme.yml")
        self.county = self.programme["county"]
        self.forms = {f["id"]: f for f in map(read_yaml, sorted((folder / "forms").glob("*.yml")))}
        paths = sorted((folder / "indicators").glob("*.yml"))
        self.indicators = {i["id"]: i for i in map(read_yaml, paths)}
        self.units = read_csv(folder / "units.csv")
        self.overrides = read_csv(folder / "allocations.csv")

    def at_level(self, level: str) -> list[dict]:
        return [unit for unit in self.units if unit["level"] == level]

    @property
    def reporters(self) -> list[dict]:
        return self.at_level("township") + self.at_level("bureau")

    def villages(self, township: str) -> list[dict]:
        return [unit for unit in self.at_level("village") if unit["parent"] == township]

    def unit(self, code: str) -> dict:
        return next(unit for unit in self.units if unit["code"] == code)

    def table(self, form: str, table: str) -> dict:
        return next(one for one in self.forms[form]["tables"] if one["id"] == table)


def read_yaml(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_csv(path: Path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def names(unit: dict) -> set[str]:
    """Everything a unit is called."""
    aliases = [alias for alias in unit["aliases"].split(";") if alias]
    return {unit["code"], unit["name"], unit["short_name"], *aliases}


def is_meant(wanted: list[str], unit: dict) -> bool:
    """Whether a list of levels and names means the unit."""
    return unit["level"] in wanted or bool(names(unit) & set(wanted))


def number(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))
