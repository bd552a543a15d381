"""Runs a workflow of GitHub Actions as far as ours use it: its `run:` lines, each job in a clean folder.

Of the actions there are the checkout and Python, which are at hand, and the cache: folders by key.
Expressions are comparisons of contexts with texts, joined by && and ||, and `!cancelled()`; anything else
raises.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ryaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAME = r"[\w.-]+"
_STATUS = "!cancelled()"


@dataclass
class Job:
    """How a job ended: its outcome, each step's by name or id, what it printed, and its summary."""

    outcome: str = "success"
    steps: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


class Workflow:
    """A workflow, and GitHub's side of it: a folder of caches. `context`: github.* and secrets.*."""

    def __init__(
        self, path: Path, github: Path, environment: Mapping[str, str], context: Mapping[str, str]
    ) -> None:
        text = path.read_text(encoding="utf-8")
        self.content = ryaml.loads(text)  # type: ignore[attr-defined]  # re-exported silently
        self.caches = github / "caches"
        self.caches.mkdir(parents=True)
        self.environment = dict(environment)
        self._context = dict(context)

    def run(self, folder: Path, number: int) -> dict[str, Job]:
        """Run all jobs as run `number`, in the order in which they stand, each in a part of `folder`."""
        jobs: dict[str, Job] = {}
        for name, given in self.content["jobs"].items():
            context = self._context | {"github.run_id": str(number), "github.run_attempt": "1"}
            context |= {
                f"needs.{other}.outputs.{key}": value
                for other, job in jobs.items()
                for key, value in job.outputs.items()
            }
            is_well = all(job.outcome == "success" for job in jobs.values())
            if not _holds(given.get("if"), context, is_well=is_well):
                jobs[name] = Job("skipped")
                continue
            run = _Run(self, folder / name, {**self.environment, **self.content.get("env", {})}, context)
            jobs[name] = run.job(given)
        return jobs


class _Run:
    """One job at work."""

    def __init__(
        self, workflow: Workflow, folder: Path, environment: Mapping[str, str], context: dict[str, str]
    ) -> None:
        self._caches = workflow.caches
        self._workspace, self._files = folder / "workspace", folder / "files"
        self._workspace.mkdir(parents=True)
        self._files.mkdir()
        self._environment = dict(environment)
        self._context = context
        self._job = Job()

    def job(self, given: Mapping[str, Any]) -> Job:
        self._environment |= self._filled(given.get("env", {}))
        for number, step in enumerate(given["steps"]):
            name = step.get("id") or step.get("name") or f"step {number}"
            outcome = self._step(step) if self._may_run(step) else "skipped"
            self._job.steps[name] = self._context[f"steps.{step.get('id', name)}.outcome"] = outcome
            if outcome == "failure" and not step.get("continue-on-error"):
                self._job.outcome = "failure"
        summary = self._files / "summary"
        self._job.summary = summary.read_text(encoding="utf-8") if summary.exists() else ""
        self._job.outputs = self._filled(given.get("outputs", {}))
        return self._job

    def _may_run(self, step: Mapping[str, Any]) -> bool:
        return _holds(step.get("if"), self._context, is_well=self._job.outcome == "success")

    def _step(self, step: Mapping[str, Any]) -> str:
        if "run" in step:
            return self._shell(step)
        action = step["uses"].partition("@")[0]
        given = self._filled(step.get("with", {}))
        if action == "actions/cache/restore":
            return self._restore(step, given)
        if action == "actions/cache/save":
            shutil.copytree(self._workspace / given["path"], self._caches / given["key"])
        elif action not in {"actions/checkout", "actions/setup-python"}:
            raise NotImplementedError(action)
        return "success"

    def _shell(self, step: Mapping[str, Any]) -> str:
        (self._files / "output").write_text("", encoding="utf-8")
        run_id, attempt = self._context["github.run_id"], self._context["github.run_attempt"]
        given = {
            "GITHUB_OUTPUT": str(self._files / "output"),
            "GITHUB_STEP_SUMMARY": str(self._files / "summary"),
            "GITHUB_RUN_ID": run_id,
            "GITHUB_RUN_ATTEMPT": attempt,
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self._workspace,
            env={**self._environment, **given, **self._filled(step.get("env", {}))},
            capture_output=True,
            check=False,
            text=True,
        )
        self._job.log += f"$ {step['run']}\n{done.stdout}{done.stderr}"
        for line in (self._files / "output").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            self._context[f"steps.{step['id']}.outputs.{key}"] = value
        return "failure" if done.returncode else "success"

    def _restore(self, step: Mapping[str, Any], given: Mapping[str, str]) -> str:
        """Find the key itself, else the newest that begins like a restore key."""
        newest_first = sorted(self._caches.iterdir(), key=lambda path: path.stat().st_ctime_ns, reverse=True)
        prefixes = [prefix for prefix in given.get("restore-keys", "").splitlines() if prefix]
        found = [path for path in newest_first if path.name == given["key"]]
        found += [path for prefix in prefixes for path in newest_first if path.name.startswith(prefix)]
        if not found:
            return "failure" if given.get("fail-on-cache-miss") == "true" else "success"
        shutil.copytree(found[0], self._workspace / given["path"])
        if "id" in step:
            self._context[f"steps.{step['id']}.outputs.cache-matched-key"] = found[0].name
        return "success"

    def _filled(self, texts: Mapping[str, Any]) -> dict[str, str]:
        return {key: _fill(_text(value), self._context) for key, value in texts.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fill(text: str, context: Mapping[str, str]) -> str:
    """Put in the values of `${{ context }}`; what nobody set is empty, as on GitHub."""
    return re.sub(r"\$\{\{ (" + _NAME + r") \}\}", lambda found: context.get(found[1], ""), text)


def _holds(condition: str | None, context: Mapping[str, str], *, is_well: bool) -> bool:
    """Evaluate an `if:`. Without a status function it holds only while nothing failed."""
    text = (condition or "").removeprefix("${{").removesuffix("}}").strip()
    if _STATUS not in text and not is_well:
        return False
    return not text or any(
        all(_true(term.strip(), context) for term in choice.split("&&")) for choice in text.split("||")
    )


def _true(term: str, context: Mapping[str, str]) -> bool:
    if term == _STATUS:
        return True
    found = re.fullmatch(rf"({_NAME}) (==|!=) '([^']*)'", term)
    if not found:
        raise NotImplementedError(term)
    return (context.get(found[1], "") == found[3]) == (found[2] == "==")
