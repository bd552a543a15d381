"""`hubaudit.toml`: the findings that a project ignores, each with a reason and an end, and what it demands.

[policy]
fail-on = "high"
allowed-licenses = ["apache-2.0", "mit"]

[policy.minimum-levels]
weights = 3

[[ignore]]
rule = "upstream-license-conflict"
id = "acme/tuned"              # or owner = "acme"; * stands for any characters
reason = "acme granted us a license of our own"
until = 2027-01-31             # the last day on which it holds
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubaudit.audit.policy import POLICY_RULES, Policy
from hubaudit.audit.read import COMPONENTS, LEVEL_NAMES
from hubaudit.audit.rules import SEVERITIES, rules
from hubaudit.errors import UsageError

if TYPE_CHECKING:
    from hubaudit.audited import Rule

NAME = "hubaudit.toml"
_IGNORE = ("rule", "id", "owner", "reason", "until")
_POLICY = ("fail-on", "allowed-licenses", "minimum-levels")


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings that do not count: of one rule, for the models whose ids match `pattern` in lower case."""

    rule: str
    written: str  # the id or owner as it stands in the file
    pattern: str  # `*` stands for any characters
    reason: str
    until: date  # the last day

    @property
    def words(self) -> str:
        """Why it is ignored, and for how long."""
        return f"{self.reason} (until {self.until})"

    def covers(self, repo_id: str) -> bool:
        """Whether this is about a model."""
        regex = ".*".join(map(re.escape, self.pattern.split("*")))
        return re.fullmatch(regex, repo_id.lower(), re.DOTALL) is not None

    @property
    def like(self) -> str:
        """The pattern for SQL, where `!` escapes; regular expressions take minutes there."""
        return re.sub(r"[!%_]", r"!\g<0>", self.pattern).replace("*", "%")

    def is_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.until < today


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says; without a file, nothing."""

    path: Path | None = None
    ignores: tuple[Ignore, ...] = ()
    policy: Policy = field(default_factory=Policy)


def known_rules() -> tuple[Rule, ...]:
    """All rules there are: those of queries/4_rules, and those that a policy may make."""
    return *rules(), *POLICY_RULES


def read_config(path: Path | None = None) -> Config:
    """Read the file, by default `hubaudit.toml` of the working directory if there is one.

    Raises UsageError, which names the entry and says what to change.
    """
    if path is None:
        path = Path(NAME)
        if not path.is_file():
            return Config()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from error
    _known(str(path), content, ("ignore", "policy"))
    entries = content.get("ignore", [])
    if not isinstance(entries, list):
        raise UsageError(f"{path}: write [[ignore]], with two brackets, for each entry")
    ignores = tuple(_ignore(f"{path}: [[ignore]] {place}", each) for place, each in enumerate(entries, 1))
    return Config(path, ignores, _policy(f"{path}: [policy]", content.get("policy", {})))


def _ignore(where: str, entry: object) -> Ignore:
    table = _table(where, entry)
    _known(where, table, _IGNORE)
    rule = _text(where, table, "rule")
    _one_of(f"{where}: rule", rule, [each.id for each in known_rules()])
    reason = _text(where, table, "reason")
    if ("id" in table) == ("owner" in table):
        raise UsageError(f'{where}: give one of `id` ("org/model") and `owner` ("org")')
    name = "id" if "id" in table else "owner"
    written = _text(where, table, name)
    until = table.get("until")
    if not isinstance(until, date) or isinstance(until, datetime):
        raise UsageError(f"{where}: `until` must be a day without quotes, such as until = 2027-01-31")
    pattern = f"{written}/*" if name == "owner" else written
    return Ignore(rule, written, pattern.lower(), reason, until)


def _policy(where: str, entry: object) -> Policy:
    table = _table(where, entry)
    _known(where, table, _POLICY)
    fail_on, licenses = table.get("fail-on"), table.get("allowed-licenses")
    if fail_on is not None:
        _one_of(f"{where}: fail-on", fail_on, SEVERITIES)
    if licenses is not None and not (
        isinstance(licenses, list) and all(isinstance(each, str) for each in licenses)
    ):
        raise UsageError(f'{where}: write allowed-licenses = ["apache-2.0", "mit"]')
    levels = _table(f"{where}: minimum-levels", table.get("minimum-levels", {}))
    for component, level in levels.items():
        _one_of(f"{where}: minimum-levels", component, COMPONENTS)
        if type(level) is not int or level not in range(len(LEVEL_NAMES)):
            raise UsageError(f"{where}: minimum-levels: {component} must be a level from 0 to 4")
    allowed = None if licenses is None else tuple(each.lower() for each in licenses)
    return Policy(fail_on, allowed, {each: levels[each] for each in COMPONENTS if each in levels})


def _table(where: str, entry: object) -> Mapping[str, Any]:
    if not isinstance(entry, Mapping):
        raise UsageError(f"{where} must be a table: write its keys below it, one a line")
    return entry


def _text(where: str, table: Mapping[str, Any], name: str) -> str:
    text = table.get(name)
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f'{where}: `{name}` is missing: add {name} = "..."')
    return text.strip()


def _known(where: str, table: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in table:
        _one_of(where, name, names)


def _one_of(where: str, name: object, names: tuple[str, ...] | list[str]) -> None:
    if name not in names:
        near = get_close_matches(str(name), names, n=1) or names
        raise UsageError(f"{where}: there is no {name!r}; use {' or '.join(near)}")
