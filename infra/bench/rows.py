"""What a row is, what it is given, and the rows that there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from infra.bench.findings import Finding
from infra.bench.house import House

# In the order of the table. A row is the module of its name with `ROW` in it.
NAMES = (
    "transcode",
    "segments",
    "keys",
    "writer",
    "totals",
    "decisions",
    "socket_memory",
    "beats",
    "open_loop",
    "storm",
    "paper",
    "verification",
    "log",
    "timeline",
    "search",
    "company",
    "statements",
    "frames",
    "imports",
    "roster",
    "guidance",
    "faces",
)


class NotHere(Exception):
    """What a row needs is not on this machine; says what to install."""


@dataclass(slots=True)
class Bench:
    """What a row is given. short: a smoke run, which proves that the row works and not how fast anything is."""

    short: bool
    folder: Path
    say: Callable[[str], None]
    _house: House | None = None

    def rounds(self, full: int) -> int:
        return 1 if self.short else full

    def seconds(self, full: float) -> float:
        return min(full, 1.0) if self.short else full

    @property
    def house(self) -> House:
        """Postgres, Redis and the product's processes; started when a row first asks."""
        if self._house is None:
            house = House(self.folder, self.say)
            house.start()
            self._house = house
        return self._house

    def tidy(self) -> None:
        """End what a row has started."""
        if self._house is not None:
            self._house.stop_processes()

    def close(self) -> None:
        if self._house is not None:
            self._house.stop()
            self._house = None


@dataclass(frozen=True, slots=True)
class Row:
    """One way to measure. on_request: left out unless it is named, because it takes long."""

    name: str
    title: str
    measure: Callable[[Bench], Sequence[Finding]]
    on_request: bool = False


def all_rows() -> dict[str, Row]:
    """Return the rows by name. Imported here and not above: a row imports this module."""
    modules = [import_module(f"infra.bench.{name}") for name in NAMES]
    rows = [row for module in modules for row in (module.ROW, *getattr(module, "ROWS_ON_REQUEST", ()))]
    return {row.name: row for row in rows}
