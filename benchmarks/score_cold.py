"""How long a cold `hubaudit score` from the store takes: `python -m benchmarks.score_cold`.

A chain of seven models (six hops) with data sets is scored once against a fake Hub, which fills the store.
Then the whole command is started anew, 10 rounds, each beside `python -c "import duckdb"`, and the medians
are compared:

remembered   nothing changed since the last answer
rebuilt      the answer is made anew from the store's rows (as after an upgrade), all queries run
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from hubaudit.audit.options import Options
from hubaudit.audit.score import score
from tests.fakehub import FakeHub, dataset, model

ROUNDS = 10
BUDGET = 2.5  # times `import duckdb`; performance.md
_HOPS = 6


def main() -> None:
    """Print both ratios."""
    with TemporaryDirectory() as folder:
        store = Path(folder) / "bench.duckdb"
        _fill(store)
        environment = os.environ | {"HUBAUDIT_DB": str(store), "HF_ENDPOINT": "http://127.0.0.1:9"}
        command = [sys.executable, "-m", "hubaudit", "score", "bench/model-0"]
        baseline = [sys.executable, "-c", "import duckdb"]
        print(f"medians of {ROUNDS} rounds, {os.cpu_count()} cores, DuckDB {duckdb.__version__}")
        for name in ("remembered", "rebuilt"):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                if name == "rebuilt":
                    _forget(store)
                theirs.append(_seconds(baseline, environment))
                ours.append(_seconds(command, environment))
            ratio = statistics.median(ours) / statistics.median(theirs)
            print(
                f"{name:<12}{statistics.median(ours):.3f} s against {statistics.median(theirs):.3f} s: "
                f"{ratio:.2f} times `import duckdb` (budget {BUDGET})"
            )


def _fill(store: Path) -> None:
    chain = [
        model(
            f"bench/model-{hop}",
            license="apache-2.0",
            base_model=f"bench/model-{hop + 1}",
            datasets=[f"bench/data-{hop}"],
            card="Fine-tuned on our data.\n",
            files={"model.safetensors": "x"},
        )
        for hop in range(_HOPS)
    ]
    root = model(
        f"bench/model-{_HOPS}", license="llama3.1", card="A model.\n", files={"model.safetensors": "x"}
    )
    data = [dataset(f"bench/data-{hop}", license="mit", card="Data.\n") for hop in range(_HOPS)]
    with FakeHub([*chain, root, *data]) as hub:
        answers = score(["bench/model-0"], Options(store, hub.url))
    if answers.errors or answers.is_incomplete:
        sys.exit(f"the chain could not be scored: {answers.errors}")


def _forget(store: Path) -> None:
    with duckdb.connect(str(store)) as con:
        con.execute("delete from cache.answer")


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
