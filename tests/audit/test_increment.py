"""An increment says what a full build says, whatever changed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.audit_increment import different
from hubaudit.audit import increment, tables
from hubaudit.audit.tables import build_tables, build_whole, tables_path
from hubaudit.audit.whole import bring_up_to_date
from hubaudit.store.file import opened
from tests.store.raw import lines
from tests.store.test_imports import DAY, take

if TYPE_CHECKING:
    from pathlib import Path

LICENSES = ("mit", "apache-2.0", "llama3", "cc-by-nc-4.0", "other", None)
RELATIONS = ("finetune", "merge")
SEEDS = range(2)
CODE = """
    insert or replace into store.raw.code_repo by name
    select 'github.com' as host, 'acme/harbour' as repo, now() as looked_at, 'found' as outcome,
        $1 as license, 'https://api.github.com/repos/acme/harbour' as url
"""


def model(draw: random.Random, number: int, count: int) -> dict[str, Any]:
    """Return a model like those of the Hub: bases (cycles too), data sets, words, links to other texts."""
    name, license_id = f"acme/m{number}", draw.choice(LICENSES)
    other, data = f"acme/M{draw.randrange(count)}", f"acme/d{draw.randrange(6)}"
    words = draw.choice(
        [
            "Harbour is an open-source model.",
            f"It was fine-tuned from [its base](https://huggingface.co/{other}).",
            f"It was trained on [this](https://huggingface.co/datasets/{data}) and on Alpaca.",
            "The [training code](https://github.com/acme/harbour) is there. It is for research only.",
            "",
        ]
    )
    head: dict[str, Any] = {"license": license_id} if license_id else {}
    head |= {"base_model": [f"acme/m{draw.randrange(count)}" for _ in range(draw.choice((0, 0, 1, 1, 2)))]}
    head |= {"datasets": [data]} if draw.random() < 0.3 else {}
    if license_id == "other":
        head["license_link"] = f"https://huggingface.co/{other.lower()}/blob/main/LICENSE"
    return repo(name, head, f"# A model\n\n{words}\n", draw)


def dataset(draw: random.Random, number: int) -> dict[str, Any]:
    head = {"license": draw.choice(LICENSES), "source_datasets": [f"extended|acme/d{draw.randrange(6)}"]}
    return repo(f"acme/d{number}", head, draw.choice(["# Data\n", "# Data\n\nFor research only.\n"]), draw)


def repo(name: str, head: dict[str, Any], card: str, draw: random.Random) -> dict[str, Any]:
    tags = [f"license:{head['license']}"] if head.get("license") else []
    record = {"_id": name, "id": name, "sha": f"{draw.getrandbits(160):040x}", "tags": tags, "cardData": head}
    return {"record": {**record, "gated": draw.choice((False, False, "auto"))}, "readme": card}


def night(store: Path, folder: Path, day: int, models: list[Any], datasets: list[Any]) -> None:
    for kind, rows in (("model", models), ("dataset", datasets)):
        file = lines(folder / f"{kind}{day}.jsonl", *rows)
        take(store, file, DAY.replace(day=day), kind=kind, is_whole=True)


@pytest.fixture
def increments(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return how each build went: whether an increment was enough. However small the world is, it may be."""
    went: list[bool] = []

    def build(*given: Any) -> int | None:
        judged = increment.build_increment(*given)
        went.append(judged is not None)
        return judged

    monkeypatch.setattr(increment, "MOST", 1)
    monkeypatch.setattr(increment, "FEWEST", 0)
    monkeypatch.setattr(tables, "_MOST_WASTE", 100)
    monkeypatch.setattr(tables, "build_increment", build)
    return went


def test_a_small_store_has_the_tables_of_a_large_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, store, large = random.Random(3), tmp_path / "store.duckdb", tmp_path / "large.duckdb"  # noqa: S311 - as below
    models = [model(draw, number, 20) for number in range(20)]
    night(store, tmp_path, 1, models, [dataset(draw, number) for number in range(5)])
    bring_up_to_date(store)
    monkeypatch.setattr(tables, "_FEW", 0)
    build_whole(store, tmp_path / "spill", large)
    assert different(tables_path(store), large) == {}


def test_tables_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    draw, store = random.Random(5), tmp_path / "store.duckdb"  # noqa: S311 - as below
    models = [model(draw, number, 30) for number in range(30)]
    for each in models:  # the same base in several spellings, by several relations
        bases = each["record"]["cardData"]["base_model"]
        bases += [base.upper() for base in bases]
        each["record"]["tags"] += [
            f"base_model:{relation}:{base}" for base in bases for relation in RELATIONS
        ]
    night(store, tmp_path, 1, models, [dataset(draw, number) for number in range(5)])
    bring_up_to_date(store)
    for seed in range(2):
        shuffle(store, seed)
        build_whole(store, tmp_path / "spill", tmp_path / f"{seed}.duckdb")
        assert different(tables_path(store), tmp_path / f"{seed}.duckdb") == {}


def shuffle(store: Path, seed: int) -> None:
    with opened(store, write=True) as con:
        con.execute("use store")
        for table in ("repo_log", "text_seen", "mention", "link"):
            con.execute(
                f"create temp table shuffled as from raw.{table} as t order by hash(t::varchar || {seed})"
            )
            con.execute(f"delete from raw.{table}")
            con.execute(f"insert into raw.{table} from shuffled")
            con.execute("drop table shuffled")
        con.execute("use memory")


@pytest.mark.parametrize("seed", SEEDS)
def test_an_increment_is_what_a_full_build_is(seed: int, tmp_path: Path, increments: list[bool]) -> None:
    draw = random.Random(seed)  # noqa: S311 - a world that can be made again
    store, count = tmp_path / "store.duckdb", 30
    models = [model(draw, number, count) for number in range(count - 4)]
    datasets = [dataset(draw, number) for number in range(5)]
    night(store, tmp_path, 1, models, datasets)
    bring_up_to_date(store)
    for day in (2, 3):
        for _ in range(draw.randrange(1, 4)):
            place = draw.randrange(len(models))
            models[place] = model(draw, place, count)
        if day == 2:
            models.append(model(draw, len(models), count))
            datasets[draw.randrange(5)] = dataset(draw, draw.randrange(6))
        else:
            del models[draw.randrange(len(models))]
        night(store, tmp_path, day, models, datasets)
        with opened(store, write=True) as con:
            con.execute(CODE, [draw.choice(("MIT", None, "NOASSERTION"))])
        bring_up_to_date(store)
        (tmp_path / "whole").mkdir(exist_ok=True)
        grown = tables_path(store).rename(tmp_path / f"grown{day}.duckdb")
        whole, judged = build_tables(store, tmp_path / "whole")
        assert judged is None
        assert different(grown, whole) == {}
        grown.rename(tables_path(store))
        whole.unlink()
    assert increments == [True, True]


def test_a_root_on_which_nearly_all_models_rest_changes_its_license(
    tmp_path: Path, increments: list[bool]
) -> None:
    draw = random.Random(3)  # noqa: S311 - a world that can be made again
    store, count = tmp_path / "store.duckdb", 300
    chain = [child(number, (number - 1) // 6 if number % 5 == 0 else 0) for number in range(1, count)]
    for day, license_id in ((1, "mit"), (2, "cc-by-nc-4.0")):
        root = repo("acme/m0", {"license": license_id}, "# The root\n", draw)
        night(store, tmp_path, day, [root, *chain], [])
        bring_up_to_date(store)
    (tmp_path / "whole").mkdir()
    grown = tables_path(store).rename(tmp_path / "grown.duckdb")
    assert different(grown, build_tables(store, tmp_path / "whole")[0]) == {}
    assert increments == [True]


def child(number: int, base: int) -> dict[str, Any]:
    draw = random.Random(number)  # noqa: S311 - the same one every night
    head = {"license": draw.choice(("mit", "apache-2.0")), "base_model": [f"acme/m{base}"]}
    return repo(f"acme/m{number}", head, "# A child\n", draw)
