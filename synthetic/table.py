"""The results as one tidy table: a row a run and point (``kind`` = "final") or a point of its curve (``kind`` = "curve").

Columns have the names that benchopt reads (``objective_name, solver_name, dataset_name, idx_rep, sampling_strategy, stop_val,
time, objective_*``), so that its viewer opens the file. Rows stand in the order of the jobs, whoever computed them and when.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from synthetic import version
from synthetic.store import Columns, Store
from verify.files import write_whole

# benchopt's, in its order; its viewer shows the first objective first
FIRST = (
    *("experiment", "objective_name", "solver_name", "dataset_name", "idx_rep", "sampling_strategy", "stop_val", "time"),
    "objective_value",
)


def collect(store: Store, jobs: Sequence[Any]) -> pa.Table:
    """The rows of those jobs that have a result. Raises DamagedFile."""
    found: list[tuple[Any, Columns]] = []
    for job in jobs:
        columns = store.read(store.key(job))
        if columns:
            found.append((job, columns))
    there = {"experiment", *(name for _, columns in found for name in columns)}
    names = dict.fromkeys([*(name for name in FIRST if name in there), *(name for _, columns in found for name in columns)])
    merged: Columns = {name: [] for name in names}
    for job, columns in found:
        rows = len(next(iter(columns.values())))
        for name in names:
            merged[name] += [job.experiment] * rows if name == "experiment" else columns.get(name, [None] * rows)
    # the metadata is where benchopt keeps what its viewer was told; it must be there
    return pa.table({name: _array(name, values) for name, values in merged.items()}).replace_schema_metadata(
        {"_meta_json": json.dumps({}), "proxproof_code": version.code_version()}
    )


def write(table: pa.Table, path: Path) -> None:
    """The table as Parquet, whole or not at all; equal tables give equal bytes."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    write_whole(path, buffer.getvalue())


def rows(table: pa.Table, **equals: Any) -> pa.Table:
    """The rows whose columns have these values: ``rows(table, method="RMDA", kind="final")``. None means no value."""
    for name, value in equals.items():
        column = table[name]
        table = table.filter(pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), False))
    return table


def numbers(table: pa.Table, name: str) -> Any:
    """A numeric column as floats; NaN where there is no value, or no such column."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    return np.array([np.nan if value is None else value for value in table[name].to_pylist()], dtype=float)


def _array(name: str, values: list[Any]) -> pa.Array:
    """One column; integers become floating where any job has a fraction there."""
    if any(isinstance(value, float) for value in values):
        values = [float(value) if isinstance(value, int) else value for value in values]
    try:
        return pa.array(values, from_pandas=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        kinds = " and ".join(sorted({type(value).__name__ for value in values if value is not None}))
        raise ValueError(f"the column {name!r} mixes {kinds}: all rows must give it values of one kind") from error
