"""The labelled series and the scorer that the bars speak of, and the detector's own door."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from impact.exchange.screening_lines import screen_series, series_from

Row = dict[str, Any]
Answers = dict[str, dict[str, Any]]
QUESTION = ("id", "t", "y", "se", "better", "kind", "breaks", "periods_per_year")
QUIET = {"reversed": False, "turning": None, "before": None, "after": None}


@dataclass(frozen=True)
class Ground:
    """What lies in the shared folder: generator, scorer and the shapes of early warning."""

    generate: ModuleType
    score: ModuleType
    early: ModuleType

    def series(self, seed: int, per: int) -> list[Row]:
        """The generator's labelled series; the power of an oracle is left out, it is slow."""
        self.generate.oracle_power = lambda *_args, **_options: 0.0
        rows: list[Row] = self.generate.build(seed, per)
        return rows

    def ask(self, rows: Sequence[Row], detector: Any = None) -> tuple[Answers, float]:
        """A detector's answers to shuffled series without labels, and the seconds it took."""
        answers, seconds, _missing = self.score.run(detector or answer, rows)
        return answers, seconds

    def judge(self, rows: Sequence[Row], answers: Answers) -> Row:
        """The scorer's figures by stratum, length and group."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            figures: Row = self.score.summarise(rows, answers, 0.0)
        return figures


def read_ground(shared: Path) -> Ground:
    """The generator and the scorers of the folder ``trend`` in a shared folder."""
    folder = shared / "trend"
    return Ground(*(_module(folder / f"{name}.py") for name in ("generate", "score", "early")))


def answer(rows: Sequence[Row]) -> list[Row]:
    """What ``impact trend screen --jsonl`` writes, without another process."""
    return screen_series([series_from(_question(row)) for row in rows])


def answer_seasonless(rows: Sequence[Row]) -> list[Row]:
    """The answers when nobody says that there may be a season."""
    return answer([{**row, "periods_per_year": 1} for row in rows])


def as_row(
    stratum: str, t: Sequence[float], y: Sequence[float], turning: float | None = None, **options: Any
) -> Row:
    """A labelled series as the generator makes them; with ``turning`` it is a reversal."""
    truth = QUIET if turning is None else {"reversed": True, "turning": turning}
    return {
        "id": "",
        "t": [round(float(time), 4) for time in t],
        "y": [float(value) for value in y],
        "better": "up",
        "kind": "value",
        "stratum": stratum,
        "group": "null" if turning is None else "rev",
        "n": len(t),
        "truth": truth,
        "pos": None,
        "snr": None,
        "oracle": 0.0,
        **options,
    }


def numbered(rows: Sequence[Row], prefix: str) -> list[Row]:
    """The rows with identifiers of their own."""
    return [{**row, "id": f"{prefix}{place}"} for place, row in enumerate(rows)]


def _question(row: Row) -> Row:
    """The row without its labels; ``n`` is a label unless it says how many were asked."""
    asked = {name: row[name] for name in QUESTION if row.get(name) is not None}
    return asked | ({"n": row["n"]} if isinstance(row.get("n"), list) else {})


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"trend_{path.stem}", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"There is no {path.name} in {path.parent}; say where with --shared.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
