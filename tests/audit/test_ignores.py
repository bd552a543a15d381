"""What a project sets aside: ignored findings, a baseline, a policy; the same for an audit and a score."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hubaudit.audit.aside import Aside
from hubaudit.audit.baseline import read_baseline
from hubaudit.audit.config import read_config
from hubaudit.audit.options import Answers
from hubaudit.audit.policy import Policy, with_policy
from hubaudit.audit.score import exit_code
from hubaudit.commands.options import ListFormat, ScoreFormat
from hubaudit.errors import UsageError
from hubaudit.model import License, Unjudged
from hubaudit.report import render
from tests.audit.command import Done, run
from tests.audit.test_audit import CONFLICT, WORLD, child, model, put
from tests.report.samples import TUNED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubaudit.model import Finding

TODAY = datetime.now(UTC).date()
LATER, BEFORE = TODAY + timedelta(days=30), TODAY - timedelta(days=1)
LOST = child("acme/lost", "gone/base")
IDS = [each["record"]["id"] for each in WORLD]


def entry(about: str = f'id = "{TUNED.id}"', until: object = LATER, rule: str = CONFLICT) -> str:
    return f'[[ignore]]\nrule = "{rule}"\n{about}\nreason = "they | agreed"\nuntil = {until}\n'


def config(folder: Path, *entries: str) -> Path:
    file = folder / "hubaudit.toml"
    file.write_text("\n".join(entries), encoding="utf-8")
    return file


def applied(folder: Path, *entries: str, **settings: Any) -> tuple[list[Finding], list[str]]:
    """Set aside what these entries say of a sample report: its findings, and what is said of them."""
    answers = Answers([TUNED])
    remarks = Aside(read_config(config(folder, *entries)), **settings).apply(answers)
    return list(answers.reports[0].findings), remarks


def states(found: list[Finding]) -> dict[str, str]:
    return {each.rule: each.state for each in found}


OPEN = {"missing-license": "open", CONFLICT: "open"}


@pytest.mark.parametrize(
    "about",
    [
        'id = "acorn-lab/oak-7b-chat"',
        'id = "ACORN-*/Oak*"',
        'id = "*"',
        'owner = "acorn-lab"',
        'owner = "a*"',
    ],
)
def test_an_ignored_finding_is_left_out(tmp_path: Path, about: str) -> None:
    found, remarks = applied(tmp_path, entry(about))
    assert states(found) == {"missing-license": "open"}
    assert remarks == [f"1 finding is ignored by {tmp_path / 'hubaudit.toml'}; --show-ignored shows them"]


@pytest.mark.parametrize(
    "about", ['id = "acorn-lab/oak"', 'owner = "acorn"', 'owner = "*chat"', 'id = "acorn.*"']
)
def test_an_entry_is_about_its_models_only(tmp_path: Path, about: str) -> None:
    assert applied(tmp_path, entry(about)) == (list(TUNED.findings), [])


def test_ignored_findings_are_shown_on_request_and_say_why(tmp_path: Path) -> None:
    found, remarks = applied(tmp_path, entry(), show_ignored=True)
    assert states(found) == OPEN | {CONFLICT: "ignored"}
    assert found[1].reason == f"they | agreed (until {LATER})"
    assert remarks == []


def test_an_expired_entry_counts_again_and_is_named(tmp_path: Path) -> None:
    found, remarks = applied(tmp_path, entry(until=BEFORE))
    assert states(found) == OPEN
    (remark,) = remarks
    assert remark.endswith(f"the entry {CONFLICT} for {TUNED.id} ended on {BEFORE}: it counts again")


def test_an_entry_holds_through_its_last_day(tmp_path: Path) -> None:
    assert states(applied(tmp_path, entry(until=TODAY), today=TODAY)[0]) != OPEN
    assert states(applied(tmp_path, entry(until=TODAY), today=TODAY + timedelta(days=1))[0]) == OPEN


def test_an_entry_that_ignores_nothing_is_named(tmp_path: Path) -> None:
    _, remarks = applied(tmp_path, entry(rule="unknown-license"))
    (remark,) = remarks
    assert remark.endswith(f"the entry unknown-license for {TUNED.id} ignores nothing: take it out")
    assert applied(tmp_path, entry(rule="dead-dataset"))[1] == [], "it could not be judged"


def test_what_a_baseline_has_does_not_count(tmp_path: Path) -> None:
    base = tmp_path / "base"
    for form, several in (("json", False), ("json", True), ("jsonl", None)):
        base.write_text(render([TUNED], form, several=several), encoding="utf-8")
        found, _ = applied(tmp_path, "", baseline=read_baseline(base))
        assert states(found) == dict.fromkeys(OPEN, "known")
    reworded = replace(TUNED, findings=tuple(replace(each, evidence="other") for each in TUNED.findings[:1]))
    base.write_text(render([reworded], "json"), encoding="utf-8")
    found, _ = applied(tmp_path, "", baseline=read_baseline(base))
    assert states(found) == OPEN | {"missing-license": "known"}


def test_what_does_not_count_fails_no_gate(tmp_path: Path) -> None:
    entries = [entry(rule=each) for each in (CONFLICT, "missing-license", "gated-open-claim", "dead-dataset")]
    for count, code in ((1, 1), (2, 3), (3, 3), (4, 0)):  # the last two rules could not be judged
        answers = Answers([TUNED])
        aside = Aside(read_config(config(tmp_path, *entries[:count])), show_ignored=True)
        aside.apply(answers)
        assert exit_code(answers, "low", aside) == code


@pytest.mark.parametrize(
    "text", ["{", '{"findings": 3}', "[1]", '{"rule": "x"}', "null", "\xff", "[" * 9_999]
)
def test_what_is_no_baseline_is_said(tmp_path: Path, text: str) -> None:
    base = tmp_path / "base.json"
    base.write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match="is no baseline: give a result of `hubaudit audit` or `score`"):
        read_baseline(base)
    with pytest.raises(UsageError, match="cannot be read"):
        read_baseline(tmp_path / "none.json")


BROKEN = {
    "[[ignore]": "is not TOML",
    "[ignore]\nrule = 'x'": "write [[ignore]], with two brackets",
    "ignore = ['x']": "[[ignore]] 1 must be a table",
    "[[ignore]]\nrule = 'upstream-licence-conflict'": "use upstream-license-conflict",
    "[[ignore]]\nid = 'a/b'": "`rule` is missing: add rule",
    entry("because = 'x'"): "there is no 'because'",
    entry(""): "give one of `id`",
    entry('id = "a/b"\nowner = "a"'): "give one of `id`",
    entry("id = 7"): "`id` is missing",
    entry(until='"2027-01-31"'): "`until` must be a day without quotes",
    entry(until="2027-01-31T00:00:00"): "`until` must be a day without quotes",
    entry().replace("reason", "#"): "`reason` is missing",
    entry().replace("they | agreed", " "): "`reason` is missing",
    "[polcy]": "use policy",
    "policy = 3": "[policy] must be a table",
    "[policy]\nfail-on = 'hgh'": "use high",
    "[policy]\nallowed-licenses = 'mit'": "write allowed-licenses = [",
    "[policy.minimum-levels]\nweight = 3": "use weights",
    "[policy.minimum-levels]\nweights = 5": "weights must be a level from 0 to 4",
    "[policy.minimum-levels]\nweights = true": "weights must be a level from 0 to 4",
}


@pytest.mark.parametrize("text", BROKEN)
def test_an_error_in_the_file_says_what_to_change(tmp_path: Path, text: str) -> None:
    file = config(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_config(file)
    assert str(caught.value).startswith(str(file))
    assert BROKEN[text] in str(caught.value)


@pytest.mark.parametrize("command", ["score", "audit"])
def test_a_file_that_cannot_be_read_ends_the_command_before_any_work(tmp_path: Path, command: str) -> None:
    model_id = ["acme/tuned"] if command == "score" else []
    (tmp_path / "bad").write_bytes(b"\xff")
    for option, name in (("--config", "none"), ("--config", "bad"), ("--baseline", "bad")):
        done = run(command, *model_id, option, str(tmp_path / name))
        assert (done.code, done.out) == (2, "")
        assert str(tmp_path / name) in done.err


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """WORLD imported, audited and scored once."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBAUDIT_DB", str(folder / "hubaudit.duckdb"))
        put(tmp_path_factory.mktemp("lists"), 1, *WORLD, LOST)
        run("audit")
        run("score", *IDS, "--offline")
        yield folder


@pytest.fixture
def folder(built: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of WORLD, and a working directory for hubaudit.toml."""
    shutil.copytree(built, home, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def audit(*options: str) -> Done:
    return run("audit", "--format", "json", *options)


def names(done: Done) -> set[tuple[str, str]]:
    return {(each["id"], each["rule"]) for each in done.json["findings"]}


def test_an_audit_reads_the_file_of_the_working_directory(folder: Path) -> None:
    assert {("acme/tuned", CONFLICT), ("bob/tuned", CONFLICT)} <= names(audit())
    config(folder, entry('owner = "AC*"'))
    done = audit()
    assert names(done) & {("acme/tuned", CONFLICT), ("bob/tuned", CONFLICT)} == {("bob/tuned", CONFLICT)}
    assert "1 finding is ignored by hubaudit.toml; --show-ignored shows them" in done.err
    coverage = done.json["coverage"]
    assert coverage["flagged"] == done.json["total"] + coverage["ignored"]
    (shown,) = [each for each in audit("--show-ignored").json["findings"] if "state" in each]
    assert (shown["id"], shown["state"]) == ("acme/tuned", "ignored")
    assert shown["reason"] == f"they | agreed (until {LATER})"
    assert "set aside, and do not count: 1 ignored, 0 in the baseline" in run("audit").out


@pytest.mark.parametrize(
    ("about", "is_ignored"),
    [
        ('id = "acme/tuned"', True),
        ('id = "ACME/t*D"', True),
        ('owner = "a*e"', True),
        ('id = "acme/t_ned"', False),
        ('id = "acme/%"', False),
        ('id = "acme/tune"', False),
        ('owner = "acme/tuned"', False),
        ("id = 'acme/[t]uned'", False),
        ("id = '!acme/tuned'", False),
    ],
)
def test_an_audit_and_a_score_read_a_pattern_alike(folder: Path, about: str, *, is_ignored: bool) -> None:
    config(folder, entry(about))
    (ignore,) = read_config().ignores
    assert ignore.covers("Acme/Tuned") == is_ignored
    assert (("acme/tuned", CONFLICT) not in names(audit("--rule", CONFLICT))) == is_ignored


def test_an_audit_names_entries_that_are_over_or_ignore_nothing(folder: Path) -> None:
    over, lost = entry('id = "acme/tuned"', until=BEFORE), entry('id = "acme/lost"')
    config(folder, over, lost, entry('id = "nobody/here"'))
    done = audit("--fail-on", "high")
    assert done.code == 1
    assert "for acme/tuned ended on" in done.err
    assert "for nobody/here ignores nothing" in done.err
    assert "acme/lost" not in done.err, "what could not be judged may yet become a finding"
    for options in (("--owner", "acme"), ("--rule", "missing-license"), ("--min-downloads", "5")):
        assert "ignores nothing" not in audit(*options).err, "a narrow look says nothing of the rest"


@pytest.mark.usefixtures("hub")
def test_an_audit_accepts_that_an_ignored_finding_cannot_be_judged(tmp_path: Path) -> None:
    assert run("crawl").code == 0
    rule = "open-claim-restricted-license"
    common = ("audit", "--rule", rule, "--fail-on", "high")
    assert run(*common).code == 3, "the cards of acme/gated and acme/off could not be read"
    for owner, code in (("acme", 0), ("other", 3)):
        file = config(tmp_path, entry(f'owner = "{owner}"', rule=rule))
        assert run(*common, "--config", str(file)).code == code


def test_only_what_is_new_since_the_baseline_counts(folder: Path) -> None:
    base = folder / "base.json"
    base.write_text(audit().out, encoding="utf-8")
    same = audit("--baseline", str(base), "--fail-on", "info")
    assert same.code == 3, "nothing new, in a list that may lack some"
    assert same.json["coverage"]["known"] == same.json["total"] > 0
    put(folder, 2, *WORLD, LOST, model("acme/late", None))
    done = audit("--baseline", str(base), "--fail-on", "medium")
    assert done.code == 1
    assert {each["id"] for each in done.json["findings"] if "state" not in each} == {"acme/late"}
    log = run("audit", "--baseline", str(base), "--format", "sarif").json
    news = {
        each["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: each["baselineState"]
        for each in log["runs"][0]["results"]
    }
    assert news.pop("acme/late") == "new"
    assert set(news.values()) == {"unchanged"}


def test_an_audit_is_a_baseline_of_a_score(folder: Path) -> None:
    base = folder / "base.jsonl"
    base.write_text(run("audit", "--format", "jsonl").out, encoding="utf-8")
    done = run("score", "acme/tuned", "--offline", "--format", "json", "--baseline", str(base))
    assert {each["state"] for each in done.json["findings"]} == {"known"}


POLICY = "[policy]\nfail-on = 'high'\n"
LICENSES = POLICY + "allowed-licenses = ['MIT', 'apache-2.0']\n"
LEVELS = POLICY + "[policy.minimum-levels]\nfinetuning_dataset = 3\nweights = 4\n"


@pytest.mark.parametrize("policy", [LICENSES, LEVELS], ids=["licenses", "levels"])
def test_a_policy_says_the_same_in_an_audit_and_a_score(folder: Path, policy: str) -> None:
    config(folder, policy)
    rule = "policy-minimum-level" if policy is LEVELS else "policy-allowed-license"
    ids = folder / "ids.txt"
    ids.write_text("\n".join(IDS), encoding="utf-8")
    audited = audit("--rule", rule, "--id-file", str(ids)).json
    scored = run("score", *IDS, "--offline", "--format", "json").json["models"]
    found = {
        (report["model"]["id"], each["evidence"])
        for report in scored
        for each in report["findings"]
        if each["rule"] == rule
    }
    assert found
    assert found == {(each["id"], each["evidence"]) for each in audited["findings"]}
    questions = [each for report in scored for each in report["coverage"]["open_questions"]]
    assert sum(each["rule"] == rule for each in questions) == audited["coverage"]["unjudged"]
    for coverage in (report["coverage"] for report in scored):
        assert coverage["flagged"] + coverage["passed"] + coverage["unjudged"] == coverage["rules"]


def test_what_has_no_level_is_an_open_question_of_the_policy() -> None:
    levels = {"data_processing_code": 1, "reward_model": 4, "weights": 3}
    report = with_policy(TUNED, Policy("high", None, levels))
    assert report.findings == TUNED.findings, "not applicable is no shortfall"
    assert report.coverage.open_questions[-1] == Unjudged(
        "policy-minimum-level", "no level of data_processing_code"
    )
    assert report.coverage.unjudged == TUNED.coverage.unjudged + 1


def test_a_license_that_could_not_be_read_is_an_open_question_of_the_policy() -> None:
    unread = replace(TUNED.coverage, open_questions=(Unjudged("missing-license", "the card is broken"),))
    blank = replace(TUNED, license=License(None, None, None, None), coverage=unread)
    policy = Policy(None, ("mit",), {})
    assert with_policy(blank, policy).coverage.open_questions[-1].rule == "policy-allowed-license"
    none = replace(blank, coverage=TUNED.coverage)
    assert with_policy(none, policy).findings[-1].evidence == "license none"


def test_a_policy_is_a_gate_that_can_be_opened(folder: Path) -> None:
    config(folder, LICENSES)
    done = run("score", "acme/base", "--offline", "--format", "json")
    assert done.code == 1
    (short,) = [each for each in done.json["findings"] if each["rule"] == "policy-allowed-license"]
    assert short["evidence"] == "license llama3"
    config(folder, LICENSES.replace("'MIT'", "'MIT', 'Llama3'"))
    assert run("score", "acme/base", "--offline").code != 1
    config(folder, LICENSES, entry('id = "acme/base"', rule="policy-allowed-license"))
    assert run("score", "acme/base", "--offline").code != 1


def test_the_command_line_beats_the_policys_threshold(folder: Path) -> None:
    config(folder, "[policy]\nfail-on = 'medium'\n")
    assert run("score", "acme/bare", "--offline").code == 1
    assert run("score", "acme/bare", "--offline", "--fail-on", "high").code != 1
    assert run("audit", "--owner", "acme").code == 1


@pytest.mark.parametrize("form", ScoreFormat)
@pytest.mark.usefixtures("folder")
def test_a_score_ends_the_same_in_every_format(form: ScoreFormat) -> None:
    common = ("score", "--offline", "--format", form.value)
    assert run(*common, "acme/tuned").code == 0
    assert run(*common, "acme/tuned", "--fail-on", "high").code == 1


@pytest.mark.parametrize("form", ["jsonl", "cyclonedx"])
def test_without_an_answer_nothing_is_written(form: str) -> None:
    done = run("score", "acme/nothing", "--offline", "--format", form)
    assert (done.code, done.out) == (3, "")


@pytest.mark.parametrize("form", ListFormat)
@pytest.mark.usefixtures("folder")
def test_an_audit_ends_the_same_in_every_format(form: ListFormat) -> None:
    assert run("audit", "--format", form.value).code == 0
    assert run("audit", "--format", form.value, "--fail-on", "high").code == 1
    assert run("audit", "--format", form.value, "--fail-on", "high", "--owner", "nobody").code == 3


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_a_bill_of_materials_of_two_models_is_a_usage_error(form: str) -> None:
    done = run("score", "acme/tuned", "acme/base", "--offline", "--format", form)
    assert (done.code, done.out) == (2, "")
    assert "one at a time" in done.err


def test_only_the_models_of_a_file(folder: Path) -> None:
    file = folder / "ids.txt"
    file.write_text("# ours\nacme/TUNED  # tuned\n\nhttps://huggingface.co/acme/bare\n", encoding="utf-8")
    done = audit("--id-file", str(file))
    assert {each["id"] for each in done.json["findings"]} == {"acme/tuned", "acme/bare"}
    assert (done.code, done.json["coverage"]["models"]) == (0, 2)
    file.write_text("acme/tuned\nacme/nothing\n", encoding="utf-8")
    done = audit("--id-file", str(file))
    assert done.code == 3, "nobody looked at a model that the store does not have"
    assert "the store has no model acme/nothing" in done.err
    assert audit("--id-file", str(file), "--fail-on", "high").code == 1


def test_a_line_that_is_no_id_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("acme/tuned\nnot an id\n", encoding="utf-8")
    done = audit("--id-file", str(file))
    assert (done.code, done.out) == (2, "")
    assert "line 2" in done.err
    assert audit("--id-file", str(tmp_path / "none")).code == 2


@pytest.mark.usefixtures("folder")
def test_lines_of_json_are_the_findings_of_the_json() -> None:
    assert [Done(0, line, "").json for line in run("audit", "--format", "jsonl").out.splitlines()] == (
        audit().json["findings"]
    )
