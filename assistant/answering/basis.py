"""What every operation works with: the data, the cell maker, the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.answering.cells import CellMaker
from assistant.answering.data import Data


@dataclass(frozen=True, slots=True)
class Basis:
    """Handed to every operation; ``today`` is the injected clock."""

    data: Data
    cells: CellMaker
    today: date
