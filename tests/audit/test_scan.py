"""`hubaudit scan` over a small project of our own, and over folders that are not as they should be."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from hubaudit.audit.scan import scan
from hubaudit.errors import UsageError

PROJECT = Path(__file__).parents[1] / "data" / "sample_project"
EXPECTED = """
.github/workflows/eval.yml:10:24 model acorn/oak-env
.github/workflows/eval.yml:8:54 model acorn/oak-eval
Dockerfile:3:17 model acorn/oak-docker
Dockerfile:6:38 model acorn/cloned
Dockerfile:7:24 model acorn/oak-served
Makefile:1:13 model acorn/oak-make
Makefile:3:19 model acorn/oak-quant
acorn_app/chat.py:17:13 model acorn/oak-7b
acorn_app/chat.py:18:46 model acorn/oak-1b
acorn_app/chat.py:24:41 model acorn/oak-lora
acorn_app/chat.py:32:64 model gpt2
acorn_app/chat.py:43:51 model acorn/elm-3b
acorn_app/chat.py:44:34 model sentence-transformers/all-MiniLM-L6-v2
acorn_app/chat.py:45:26 model acorn/leaf-reranker
acorn_app/chat.py:46:19 model acorn/oak-7b
acorn_app/chat.py:46:45 model acorn/oak-tokenizer
acorn_app/chat.py:47:37 model acorn/oak-70b
acorn_app/chat.py:54:26 dataset acorn/nuts
acorn_app/chat.py:55:27 dataset squad
acorn_app/chat.py:57:31 model acorn/oak-7b
acorn_app/chat.py:58:38 dataset acorn/tables
acorn_app/chat.py:60:27 dataset acorn/rows
acorn_app/chat.py:61:40 model acorn/by-address
config/app.toml:3:10 model acorn/leaf-embed
config/app.toml:7:24 model acorn/leaf-rank
config/settings.json:2:23 model acorn/oak-json
config/settings.json:3:47 model acorn/first
config/settings.json:3:72 model acorn/second
config/train.yaml:12:17 dataset acorn/cones-test
config/train.yaml:16:41 dataset acorn/linked
config/train.yaml:2:13 model acorn/pine-base
config/train.yaml:4:15 model acorn/pine-7b
config/train.yaml:7:26 model acorn/pine-tokenizer
config/train.yaml:9:11 dataset acorn/cones
deploy/pod.yaml:5:10 model acorn/oak-pod
deploy/pod.yaml:8:16 model acorn/leaf-pod
deploy/run.sh:3:37 model acorn/oak-cli
deploy/run.sh:4:26 dataset acorn/shell-data
deploy/run.sh:6:26 model acorn/oak-flag
deploy/run.sh:6:74 dataset acorn/flag-data
notebooks/demo.ipynb:15:19 model acorn/oak-gguf
notebooks/demo.ipynb:17:15 model acorn/oak-vision
notebooks/demo.ipynb:25:131 model acorn/oak-audio
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the project as the working directory, with what its .gitignore leaves out."""
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    monkeypatch.chdir(folder)
    return folder


def found(*paths: str) -> list[str]:
    code = scan([Path(path) for path in paths or (".",)])
    return sorted(
        f"{place.file}:{place.line}:{place.column} {named.kind} {named.id}"
        for named in code.named
        for place in named.places
    )


@pytest.mark.usefixtures("project")
def test_every_id_is_found_at_its_place_and_nothing_else() -> None:
    assert found() == EXPECTED.split("\n")[1:-1]


def test_an_id_stands_where_its_place_says(project: Path) -> None:
    for named in scan([project]).named:
        for place in named.places:
            line = (project / place.file).read_text(encoding="utf-8").split("\n")[place.line - 1]
            assert line[place.column - 1 :].startswith(named.id.removeprefix("sentence-transformers/"))


def test_what_git_ignores_and_what_nobody_wrote_is_left_out(project: Path) -> None:
    before = found()
    for folder in (".git", ".venv/lib", "node_modules/x", "a/__pycache__", "build", "generated", "deep"):
        (project / folder).mkdir(parents=True)
        (project / folder / "run.sh").write_text("hf download acorn/ignored\n")
    (project / "own.gen.py").write_text("x.from_pretrained('acorn/ignored')\n")
    (project / "deep" / ".gitignore").write_text("*.sh\n!kept.sh\n!own.gen.py\n")
    (project / "deep" / "kept.sh").write_text("hf download acorn/kept\n")
    (project / "deep" / "own.gen.py").write_text("x.from_pretrained('acorn/also-kept')\n")
    new = ["deep/kept.sh:1:13 model acorn/kept", "deep/own.gen.py:1:20 model acorn/also-kept"]
    assert set(found()) - set(before) == set(new)
    assert found("deep/run.sh") == ["deep/run.sh:1:13 model acorn/ignored"], "who names a file wants it read"


def test_links_are_not_followed(project: Path) -> None:
    before = found()
    (project / "round").symlink_to(project, target_is_directory=True)
    (project / "self").symlink_to("self")
    (project / "twice.py").symlink_to(project / "acorn_app" / "chat.py")
    assert found() == before
    with pytest.raises(UsageError, match="is not there"):
        scan([Path("self")])


def test_a_file_is_read_once_and_a_folder_elsewhere_names_its_files_from_itself(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found("Makefile", "./Makefile", ".") == found()
    monkeypatch.chdir(project / "deploy")
    assert found("../Makefile") == [
        "Makefile:1:13 model acorn/oak-make",
        "Makefile:3:19 model acorn/oak-quant",
    ]
    assert found("..")[0].startswith(".github/workflows/eval.yml:")


def test_one_repository_in_two_spellings_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("hf download Acorn/Oak\nhf download acorn/oak\nvllm serve ACORN/OAK\n")
    (named,) = scan([tmp_path]).named
    assert (named.id, [place.line for place in named.places]) == ("Acorn/Oak", [1, 2, 3])


def test_what_the_hub_cannot_have_is_no_id(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(f"hf download a--b/c\nvllm serve a/b..c\nvllm serve a/{'x' * 400}\n")
    assert scan([tmp_path]).named == ()


def test_what_was_not_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "large.json").write_bytes(b" " * 1_000_001)
    (tmp_path / "binary.py").write_bytes(b"\0")
    (tmp_path / "old.py").write_bytes(b"print from_pretrained")
    (tmp_path / "latin.py").write_bytes(b"# \xe9")
    (tmp_path / "notes.txt").write_text("hf download acorn/oak")
    code = scan([tmp_path, tmp_path / "notes.txt"])
    assert code.files == 0
    assert {each.file: each.outcome for each in code.unread} == {
        "binary.py": "binary", "large.json": "too-large", "latin.py": "not-utf-8", "notes.txt": "no-code",
        "old.py": "broken",
    }  # fmt: skip


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_is_closed_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    (unread,) = scan([tmp_path]).unread
    assert (unread.file, unread.outcome) == ("closed", "unreadable")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert scan([tmp_path]).files == 0
