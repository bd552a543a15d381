"""`hubaudit audit`: findings over a whole store, how long they live, what a run that is cut short leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from hubaudit.audit import reading, whole
from hubaudit.audit.rules import rules
from hubaudit.audit.tables import tables_path
from hubaudit.store import texts
from hubaudit.text import version
from hubaudit.text.scan import Scanner
from hubaudit.warehouse.reference import patterns
from tests.audit.command import run
from tests.store.raw import ask, lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hubaudit.model import TextFacts
    from hubaudit.store.rows import Reading
    from tests.fakehub import FakeHub

OPEN_CARD = "# A model\n\nThis is an open-source model.\n"
HOSTILE = "acme/evil\u202e\x1b[31m|<b>"


def model(name: str, license_id: str | None = "mit", card: str = "", **fields: Any) -> dict[str, Any]:
    """Return a line to import: a record and its card."""
    tags = [*([f"license:{license_id}"] if license_id else []), *fields.pop("tags", [])]
    head = fields.pop("cardData", {}) | ({"license": license_id} if license_id else {})
    record = {"_id": name, "id": name, "sha": "c0ffee", "tags": tags, "cardData": head, "gated": False}
    return {"record": {**record, "downloads": 0, **fields}, "readme": card or "# A model\n"}


def child(name: str, base: str, license_id: str | None = "mit", **fields: Any) -> dict[str, Any]:
    return model(name, license_id, cardData={"base_model": base}, **fields)


WORLD = (
    model("acme/base", "llama3", downloads=10),
    child("acme/tuned", "acme/base", downloads=500),
    child("bob/tuned", "acme/tuned", downloads=900),
    model("acme/bare", None, downloads=7),
    model("acme/claims", "cc-by-nc-4.0", OPEN_CARD, downloads=3),
)
CONFLICT = "upstream-license-conflict"


def put(folder: Path, day: int, *models: Mapping[str, Any]) -> None:
    """Import a whole list as it was on a day of November."""
    file = lines(folder / f"day{day}.jsonl", *models)
    assert run("import", str(file), "--date", f"2026-11-{day:02}", "--whole").code == 0


@pytest.fixture
def store(home: Path, tmp_path: Path) -> Path:
    put(tmp_path, 1, *WORLD)
    return home / "hubaudit.duckdb"


def findings(*options: str) -> list[dict[str, Any]]:
    done = run("audit", "--format", "json", *options)
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = done.json["findings"]
    return found


def names(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(each["id"], each["rule"]) for each in found}


def test_an_audit_finds_what_is_wrong_the_most_reaching_first(store: Path) -> None:
    found = findings()
    assert {
        ("acme/tuned", CONFLICT),
        ("bob/tuned", CONFLICT),
        ("acme/bare", "missing-license"),
        ("acme/claims", "open-claim-restricted-license"),
    } <= names(found)
    reach = [(each["downloads"], each["descendants"]) for each in found]
    assert reach == sorted(reach, reverse=True)
    first = found[0]
    assert (first["id"], first["rule"], first["severity"]) == ("bob/tuned", CONFLICT, "high")
    assert first["path"] == ["bob/tuned", "acme/tuned", "acme/base"]
    assert first["url"].startswith("https://huggingface.co/acme/base")
    assert first["first_seen"] == "2026-11-01T00:00:00Z"
    assert next(each for each in found if each["id"] == "acme/tuned")["descendants"] == 1
    assert tables_path(store).exists()


def test_the_json_says_how_far_the_look_went(store: Path) -> None:
    content = run("audit", "--format", "json", "--db", str(store)).json
    assert list(content) == ["schema_version", "crawl", "total", "findings", "coverage"]
    assert (content["schema_version"], content["crawl"]) == (1, 1)
    assert content["total"] == len(content["findings"])
    coverage = content["coverage"]
    assert (coverage["models"], coverage["rules"]) == (5, len(rules()))
    assert coverage["flagged"] + coverage["passed"] + coverage["unjudged"] == 5 * len(rules())
    assert coverage["flagged"] == content["total"]
    assert coverage["incomplete_lists"] == ["model"], "an import vouches for no list"


@pytest.mark.usefixtures("store")
def test_the_tables_are_what_a_score_says() -> None:
    run("audit")
    scored = run("score", "acme/tuned", "--offline", "--format", "json").json
    sql = "select signature from grid.model where repo_id = 'acme/tuned'"
    told = run("query", "--sql", sql, "--format", "json").json
    assert told["rows"] == [{"signature": scored["signature"]}]
    rows = {each["rule"] for each in findings("--owner", "acme") if each["id"] == "acme/tuned"}
    assert rows == {each["rule"] for each in scored["findings"]}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--rule", CONFLICT), {("acme/tuned", CONFLICT), ("bob/tuned", CONFLICT)}),
        (("--owner", "BOB", "--severity", "high"), {("bob/tuned", CONFLICT)}),
        (("--min-downloads", "501", "--severity", "high"), {("bob/tuned", CONFLICT)}),
        (("--rule", "missing-license", "--rule", "dead-dataset"), {("acme/bare", "missing-license")}),
        (("--rule", "missing-license", "--severity", "high"), set()),
        (("--severity", "high", "--limit", "1"), {("bob/tuned", CONFLICT)}),
    ],
)
@pytest.mark.usefixtures("store")
def test_what_is_asked_for(options: tuple[str, ...], expected: set[tuple[str, str]]) -> None:
    assert names(findings(*options)) == expected


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "high"), 1),
        (("--fail-on", "high", "--owner", "nobody"), 3),  # nothing found, in a list that may lack some
        (("--rule", "missing-license", "--fail-on", "high"), 3),
    ],
)
@pytest.mark.usefixtures("store")
def test_exit_codes(options: tuple[str, ...], code: int) -> None:
    assert run("audit", *options).code == code


@pytest.mark.usefixtures("store")
def test_an_unknown_rule_and_a_wrong_moment_are_said() -> None:
    done = run("audit", "--rule", "missing-licence")
    assert (done.code, done.out) == (2, "")
    assert "missing-license" in done.err
    assert run("audit", "--new-since", "yesterday").code == 2


def test_without_a_store_or_a_run_there_is_nothing_to_audit(home: Path) -> None:
    assert "hubaudit crawl" in run("audit").err
    with duckdb.connect(home / "hubaudit.duckdb"):
        pass
    done = run("audit")
    assert done.code == 2
    assert "empty" in done.err


def test_a_finding_lives_as_long_as_it_stands(store: Path, tmp_path: Path) -> None:
    run("audit")
    relabelled = child("acme/tuned", "acme/base", "apache-2.0", sha="2", downloads=500)
    healed = model("acme/bare", "mit", sha="2")
    put(tmp_path, 2, WORLD[0], relabelled, WORLD[2], healed, model("acme/late", None))
    found = {(each["id"], each["rule"]): each["first_seen"] for each in findings()}
    assert found["acme/tuned", CONFLICT] == "2026-11-01T00:00:00Z", "other words make no new finding"
    assert found["acme/late", "missing-license"] == "2026-11-02T00:00:00Z"
    assert ("acme/bare", "missing-license") not in found
    days = ", ".join(
        f"day({moment} at time zone 'UTC')" for moment in ("first_seen_at", "last_seen_at", "resolved_at")
    )
    rows = ask(store, f"select repo_id, rule, {days} from raw.finding")
    lives = {(repo_id, rule): tuple(life) for repo_id, rule, *life in rows}
    assert lives["acme/tuned", CONFLICT] == (1, 2, None)
    assert lives["acme/late", "missing-license"] == (2, 2, None)
    assert lives["acme/bare", "missing-license"] == (1, 1, 2)
    assert lives["acme/claims", "open-claim-restricted-license"] == (1, 1, 2), "the model is gone"
    reworded = ask(
        store, f"select 1 from raw.finding where rule = '{CONFLICT}' and evidence like '%apache-2.0%'"
    )
    assert len(reworded) == 1


@pytest.mark.usefixtures("store")
def test_what_is_new_since_a_moment(tmp_path: Path) -> None:
    run("audit")
    put(tmp_path, 2, *WORLD, model("acme/late", None))
    new = names(findings("--rule", "missing-license", "--new-since", "2026-11-01"))
    assert new == names(findings("--rule", "missing-license", "--new-since", "crawl:1"))
    assert new == {("acme/late", "missing-license")}
    assert findings("--new-since", "crawl:2") == []


@pytest.mark.usefixtures("store")
def test_what_comes_back_is_a_new_finding(tmp_path: Path) -> None:
    run("audit")
    put(tmp_path, 2, *WORLD[:3], model("acme/bare", "mit", sha="2"))
    run("audit")
    put(tmp_path, 3, *WORLD[:3], model("acme/bare", None, sha="3"))
    (again,) = findings("--rule", "missing-license")
    assert again["first_seen"] == "2026-11-03T00:00:00Z"


def test_a_diff_tells_the_cells_and_findings_that_changed(store: Path, tmp_path: Path) -> None:
    run("audit")
    put(tmp_path, 2, *WORLD[:3], model("acme/bare", "mit", sha="2"), WORLD[4])
    run("audit")
    told = run("diff", "2026-11-01", "2026-11-02", "--format", "json").json["changes"]
    changed = {(each["id"], each["field"], each["old"], each["new"]) for each in told}
    assert {
        ("acme/bare", "license", None, "mit"),
        ("acme/bare", "weights", "2", "4"),
        ("acme/bare", "finding", "missing-license", None),
    } <= changed
    assert ask(store, "select count(*) from raw.grid_log where repo_id = 'acme/bare'") == [(2,)]
    assert ask(store, "select count(*) from raw.grid_log where repo_id = 'acme/tuned'") == [(1,)]
    back = run("diff", "2026-10-01", "2026-11-01", "--format", "json").json["changes"]
    assert not {each["field"] for each in back} & {"weights"}, "a first look is no change"


def test_what_cannot_be_judged_is_neither_gone_nor_found(store: Path, tmp_path: Path) -> None:
    run("audit")
    broken = model("acme/claims", "cc-by-nc-4.0", sha="2") | {"readme": None}
    broken["record"] |= {"siblings": [{"rfilename": "README.md"}]}
    with duckdb.connect(str(store)) as con:  # the card is there, and nobody could fetch it
        con.execute("update raw.text_seen set outcome = 'refused', blob = null where repo_id = 'acme/claims'")
    put(tmp_path, 2, *WORLD[:4], broken)
    rule = "open-claim-restricted-license"
    assert ("acme/claims", rule) not in names(findings())
    life = "select day(last_seen_at at time zone 'UTC'), resolved_at is null from raw.finding where rule = $$"
    assert ask(store, f"{life}{rule}$$") == [(1, True)]


def test_an_audit_of_the_same_store_builds_nothing_again(store: Path, tmp_path: Path) -> None:
    run("audit")
    before = tables_path(store).stat().st_ino
    assert run("audit").err == ""
    assert tables_path(store).stat().st_ino == before
    put(tmp_path, 2, *WORLD)
    run("audit")
    assert tables_path(store).stat().st_ino != before


def test_the_words_of_gates_are_kept_while_they_stand(store: Path, tmp_path: Path) -> None:
    words = {"extra_gated_prompt": "For research purposes only."}
    gated = model("acme/gated", "mit", gated="manual", cardData=words)
    put(tmp_path, 2, *WORLD, gated)
    run("audit")
    looks = "raw.text_seen left join raw.text using (blob) where path = '(gate)'"
    seen = f"select outcome, commit, text from {looks}"
    assert ask(store, seen) == [("found", "c0ffee", "For research purposes only.")]
    detail = "select level from grid.own_weights where repo_key = 'acme/gated' and kind = 'gate'"
    assert run("query", "--sql", detail, "--format", "json").json["rows"] == [{"level": 2}]
    put(tmp_path, 3, *WORLD, model("acme/gated", "mit", sha="3", gated="manual"))
    run("audit")
    run("audit")
    assert ask(store, f"{seen} order by observed_at")[1:] == [("absent", "3", None)]
    assert run("query", "--sql", detail, "--format", "json").json["rows"] == [{"level": 3}]


class Breaks(Scanner):
    """A reader that a text can break."""

    def scan(self, text: str) -> TextFacts:
        """Read a text, or break."""
        if "BREAK" in text:
            raise RecursionError(text)
        return super().scan(text)


def test_a_text_that_breaks_its_reader_is_kept_as_unread(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_scanner", lambda: Breaks(patterns()))
    put(tmp_path, 2, *WORLD, model("acme/odd", None, "# BREAK"))
    done = run("audit", "--format", "json")
    assert done.json["coverage"]["unread_texts"] == 1
    assert "1 of them in vain" in done.err
    scans = "select count(*), count(*) filter (head_outcome = 'unread') from raw.text_scan"
    assert ask(store, scans) == [(3, 1)]
    sql = "select verdict, evidence from rules.open_claim_closed_data where repo_id = 'acme/odd'"
    assert run("query", "--sql", sql, "--format", "json").json["rows"] == [
        {"verdict": "unjudged", "evidence": "the card could not be read: unread"}
    ]
    assert run("audit").err == "", "it is not tried every night"


def test_reading_goes_on_where_it_was(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "BATCH", 2)
    put(tmp_path, 2, *(model(f"acme/m{number}", card=f"# {number}") for number in range(6)))
    asked: list[int] = []

    def stop(done: int, _needed: int, _of: str) -> None:
        asked.append(done)
        if len(asked) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        whole.bring_up_to_date(store, stop)
    read = ask(store, "select count(*) from raw.text_scan")[0][0]
    assert read == asked[-1] == 4
    assert not tables_path(store).exists()
    assert whole.bring_up_to_date(store).texts == 8 - read


def die(_name: object, _texts: object) -> Reading:
    os._exit(1)


def test_a_text_that_kills_its_reader_is_found(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 1)  # more than one batch: processes of their own read them
    monkeypatch.setattr(reading, "read_here", die)
    put(tmp_path, 2, *WORLD)
    assert whole.bring_up_to_date(store).unread == 2
    assert ask(store, "select distinct head_outcome from raw.text_scan") == [("unread",)]


def test_facts_of_older_readers_go(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("audit")
    before = ask(store, "select blob, version from raw.text_scan")
    monkeypatch.setattr(version, "READER_VERSION", version.READER_VERSION + 1)
    said = run("audit").err
    assert "2 texts read" in said
    assert "all models judged" in said
    after = ask(store, "select blob, version from raw.text_scan")
    assert {blob for blob, _ in before} == {blob for blob, _ in after}
    assert {name for _, name in before} & {name for _, name in after} == set()
    assert ask(store, "select count(distinct version) from raw.mention") == [(1,)]


def test_a_kill_leaves_the_last_good_tables(store: Path, tmp_path: Path, offline_env: dict[str, str]) -> None:
    run("audit")
    before = tables_path(store).read_bytes()
    put(tmp_path, 2, *WORLD, model("acme/late", None))
    folder = store.with_name(f".{store.stem}.audit")
    command = [sys.executable, "-m", "hubaudit", "audit"]
    process = subprocess.Popen(command, env=offline_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (folder / "new.duckdb").exists() and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert tables_path(store).read_bytes() == before
    assert ("acme/late", "missing-license") in names(findings())
    assert [path.name for path in folder.iterdir()] == ["audit.lock"]


def test_damaged_tables_are_made_anew(store: Path) -> None:
    run("audit")
    tables_path(store).write_bytes(b"nonsense")
    assert run("query", "--sql", "select 1").code == 3
    assert findings() != []


def test_a_stranger_writes_nothing_into_the_report(tmp_path: Path) -> None:
    put(tmp_path, 1, model(HOSTILE, None, downloads=5))
    table, page = run("audit").out, run("audit", "--format", "markdown").out
    assert "acme/evil" in table
    assert not set("\x1b\u202e") & set(table + page)
    assert "acme/evil&#124;&#60;b&#62;" in page
    as_json = run("audit", "--format", "json").out
    assert as_json.isprintable() or not set("\x1b\u202e") & set(as_json)
    assert json.loads(as_json)["findings"][0]["id"] == HOSTILE


@pytest.mark.usefixtures("store")
def test_a_table_says_how_many_it_does_not_show() -> None:
    done = run("audit", "--limit", "1")
    assert done.out.startswith("high    bob/tuned · upstream-license-conflict\n")
    total = len(findings())
    assert f"{total - 1} more, --limit shows more of them" in " ".join(done.out.split())
    page = run("audit", "--limit", "1", "--format", "markdown").out.splitlines()
    assert page[2].startswith("| high | bob/tuned | upstream-license-conflict | license mit (level 4) here")
    assert f"{total - 1} more" in page[4]


def test_a_crawled_list_is_whole(hub: FakeHub, home: Path) -> None:
    assert run("crawl").code == 0
    content = run("audit", "--format", "json").json
    assert content["coverage"]["incomplete_lists"] == []
    assert ("acme/top", "dead-base-model") not in names(content["findings"])
    assert len(hub.requests) > 0
    assert ask(home / "hubaudit.duckdb", "select count(*) from raw.finding") == [(content["total"],)]
