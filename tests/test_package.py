"""What leaves the house: the wheel and the source archive, built once and opened."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP = {"src", "queries", "tests", "benchmarks", "docs"}
TOP_FILES = {
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "pyproject.toml",
    "PKG-INFO",
    ".gitignore",
}
ELSEWHERE = {"cache", "shared", "__pycache__", ".git", ".venv"}
pytestmark = pytest.mark.xdist_group("package")  # one worker, so one build


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both archives as a release does, without the network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--target", "wheel"]
    done = subprocess.run(
        [*command, "--directory", str(folder)], capture_output=True, check=False, cwd=ROOT, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(archives: Path) -> set[str]:
    (path,) = archives.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def sdist(archives: Path) -> set[str]:
    (path,) = archives.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {member.name.partition("/")[2] for member in archive if member.isfile()}


def tree(folder: str, pattern: str = "*") -> set[str]:
    """The files of a folder of the checkout, as paths from its root."""
    files = (path for path in (ROOT / folder).rglob(pattern) if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if not ELSEWHERE & set(path.parts)}


def test_both_archives_carry_every_query_and_reference_table(wheel: set[str], sdist: set[str]) -> None:
    queries = tree("queries", "*.sql") | tree("queries", "*.csv")
    assert queries
    assert queries <= sdist
    assert {f"hubaudit/{name}" for name in queries} <= wheel


def test_both_archives_carry_the_whole_package_and_its_snapshot(wheel: set[str], sdist: set[str]) -> None:
    package = tree("src/hubaudit")
    assert "src/hubaudit/py.typed" in package
    assert package <= sdist
    assert {name.removeprefix("src/") for name in package} <= wheel


def test_both_archives_carry_the_license(wheel: set[str], sdist: set[str]) -> None:
    assert "LICENSE" in sdist
    assert [name for name in wheel if name.endswith(".dist-info/licenses/LICENSE")]


def test_the_wheel_holds_the_package_alone(wheel: set[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel}
    assert {top for top in tops if top != "hubaudit" and not top.endswith(".dist-info")} == set()


def test_the_source_archive_holds_nothing_from_elsewhere(sdist: set[str]) -> None:
    assert {name for name in sdist if name.partition("/")[0] not in TOP and name not in TOP_FILES} == set()


def test_no_archive_holds_what_a_run_leaves_behind(wheel: set[str], sdist: set[str]) -> None:
    assert {name for name in wheel | sdist if ELSEWHERE & set(PurePosixPath(name).parts)} == set()
    assert {name for name in wheel | sdist if name.endswith((".duckdb", ".wal"))} == set()


def test_no_recorded_answers_are_shipped_beside_the_snapshot(sdist: set[str]) -> None:
    recorded = {name for name in sdist if name.endswith((".zst", ".parquet"))}
    hashes = {"queries/0_reference/license_fingerprint.tsv.zst"}  # of license texts, none of their words
    assert {name for name in recorded - hashes if not name.startswith("src/hubaudit/bundled/")} == set()
