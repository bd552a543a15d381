"""The laws of the house: which floor imports which, what stays light, what is committed; the network guard.

A law that is broken names the file, so that the message alone says what to move.
"""

from __future__ import annotations

import ast
import graphlib
import os
import re
import socket
import subprocess
import sys
import threading
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "hubaudit"
QUERIES = ROOT / "queries"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
HOUSE = ("errors model", "hub store text warehouse", "audit report", "cli", "__main__")
FLOORS = {name: floor for floor, names in enumerate(HOUSE) for name in names.split()}
CLOSED = {
    "model": {"duckdb", "httpx"},
    "errors": {"duckdb", "httpx"},
    "hub": {"duckdb"},
    "warehouse": {"httpx"},
    "report": {
        *("asyncio", "duckdb", "glob", "httpx", "importlib", "logging", "os", "pathlib", "requests"),
        *("shutil", "socket", "subprocess", "sys", "tempfile", "urllib.request"),
    },
}
READ_OR_WRITE = {"input", "open", "print", "read_bytes", "read_text", "write_bytes", "write_text"}
HEAVY = {"duckdb", "httpx", "huggingface_hub", "markdown_it", "re2", "rich", "typer"}


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
    return found


def is_inside(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def committed_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so there is nothing committed to look at")
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    listing = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def run_python(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, check=False, cwd=env["HOME"], env=env, text=True
    )


def test_every_part_of_the_house_has_a_floor() -> None:
    assert {floor_name(module) for module in MODULES} - {""} <= FLOORS.keys()


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_go_down(module: str) -> None:
    here = floor_name(module)
    own = {name for name in imports(module) if is_inside(name, {"hubaudit"})}
    there = {floor_name(name) for name in own} - {here, ""}
    assert not here or {name for name in there if FLOORS[name] >= FLOORS[here]} == set()
    assert here or own == set(), "the package itself imports nothing: it loads with every part of it"


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


def test_importing_the_package_loads_nothing_heavy(offline_env: dict[str, str]) -> None:
    done = run_python("-c", "import sys, hubaudit; print(*sys.modules)", env=offline_env)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) & HEAVY == set()


@pytest.mark.skipif("hubaudit.cli" not in MODULES, reason="there is no command line yet")
def test_help_loads_nothing_heavy(offline_env: dict[str, str]) -> None:
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    run = "sys.argv[1:] = ['--help']; import runpy; runpy.run_module('hubaudit', run_name='__main__')"
    done = run_python("-c", report + run, env=offline_env)
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


MACHINE_PATH = re.compile(
    r"(?<![\w.})/-])/(?:work|root|home/\w+|Users/\w+|opt/(?:pypi|wheels)|tmp/(?:venv|contract))\b"
)
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


@pytest.mark.parametrize("named", ["/home/ada/models", "'/Users/ada'", "cd /root"])
def test_a_machine_path_is_recognised(named: str) -> None:
    assert MACHINE_PATH.search(named)


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


def reach_out(kind: str) -> None:
    """Try to leave the machine; 192.0.2.1 and 2001:db8::1 are addresses reserved for documentation."""
    if kind == "name":
        socket.getaddrinfo("example.org", 443)
    elif kind == "datagram":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", ("192.0.2.1", 53))
    elif kind == "version 6":
        with socket.socket(socket.AF_INET6) as caller:
            caller.connect(("2001:db8::1", 443))
    else:
        with socket.socket() as caller:
            caller.connect_ex(("192.0.2.1", 443))


@pytest.mark.parametrize("kind", ["name", "datagram", "version 4", "version 6"])
def test_the_network_is_refused(kind: str, refusals: Path) -> None:
    with pytest.raises(OSError, match="only use loopback"):
        reach_out(kind)
    refusals.unlink()


def test_the_network_is_refused_in_a_thread(refusals: Path) -> None:
    def swallow() -> None:
        with pytest.raises(OSError, match="only use loopback"):
            reach_out("version 4")

    thread = threading.Thread(target=swallow)
    thread.start()
    thread.join()
    assert "192.0.2.1" in refusals.read_text(encoding="utf-8")
    refusals.unlink()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_open(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection((host, port)).close()


def test_a_test_that_hides_its_network_use_fails(tmp_path: Path, offline_env: dict[str, str]) -> None:
    (tmp_path / "conftest.py").symlink_to(ROOT / "tests" / "conftest.py")
    (tmp_path / "test_hidden.py").write_text(
        "import contextlib, socket\n"
        "def test_hidden():\n"
        "    with contextlib.suppress(OSError):\n"
        "        socket.create_connection(('192.0.2.1', 443))\n"
    )
    done = run_python(
        "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path), env=offline_env
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "used the network" in done.stdout


def test_a_command_that_a_test_starts_is_refused_too(offline_env: dict[str, str], refusals: Path) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 443))"
    done = run_python("-c", code, env=offline_env)
    assert "only use loopback" in done.stderr
    assert "192.0.2.1" in refusals.read_text(encoding="utf-8")
    refusals.unlink()


def test_the_developers_token_is_out_of_reach(home: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    assert hub.get_token() is None
    assert Path.home() == home
