"""Gather what an answer needs: from the store while it is fresh, from the Hub, else from what is at hand.

SQL says what is needed (core.wanted); each round fetches that and asks again, until nothing is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubaudit.audit.bundled import attach_bundled
from hubaudit.model import FileAnswer, Kind, Outcome, RepoAnswer
from hubaudit.store.copy import closures, copy_files, copy_history, copy_repos, copy_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from hubaudit.audit.code import Code
    from hubaudit.audit.work import Work

Repo = tuple[str, str]  # kind, id
Need = tuple[str, str, str | None, str | None]  # kind, id, commit, path; no path: the repository's record


@dataclass
class Gathering:
    """One run of gathering: where rows came from, and what the Hub answered anew."""

    work: Work
    fetch: (
        Callable[[Sequence[Need], Callable[[RepoAnswer | FileAnswer], None]], None] | None
    )  # None: do not ask the Hub
    databases: Sequence[str]  # what to fall back on, best first: store, bundled
    fresh_since: datetime | None  # what the store checked since then is not asked again; None: everything is
    progress: Callable[[int, int], None]  # looks done, looks known to be needed
    code: Code
    came_from: dict[Repo, str] = field(
        default_factory=dict
    )  # hub, store or bundled, by kind and lower-case id
    answered: list[Repo] = field(default_factory=list)  # what the Hub answered, to be kept
    lost: dict[Repo, RepoAnswer] = field(default_factory=dict)  # what the network swallowed
    tried: set[Need] = field(default_factory=set)
    done: int = 0
    has_read_again: bool = False  # texts of the store, with newer patterns

    def run(self, roots: Iterable[str]) -> None:
        """Gather the closure of these models. All tables stand when it ends."""
        needs: list[Need] = [(Kind.MODEL, repo_id, None, None) for repo_id in roots]
        self._take_fresh(lambda: closures(self.work.con, [repo_id for _, repo_id, *_ in needs]))
        while needs or self.code.learn():
            self.tried.update(needs)
            self._round(needs)
            needs = [need for need in self.work.wanted() if need not in self.tried]
        self.work.complete()

    def _round(self, needs: list[Need]) -> None:
        repos = [(kind, repo_id) for kind, repo_id, _, path in needs if path is None]
        self._take_fresh(lambda: repos)
        self._ask_hub([need for need in needs if need[3] is not None or not self._has(need[0], need[1])])
        self._recall([(kind, repo_id) for kind, repo_id in repos if self._is_new(kind, repo_id)])
        for database in self.databases:
            self._take(database, repos, None)
            self._take_files(database, needs)
        for repo in repos:
            if repo in self.lost and not self._has(*repo):
                self.work.add_repo(self.lost[repo])

    def _has(self, kind: str, repo_id: str) -> bool:
        return (kind, repo_id.lower()) in self.came_from

    def _is_new(self, kind: str, repo_id: str) -> bool:
        return self.came_from.get((kind, repo_id.lower())) == "hub"

    def _recall(self, repos: Sequence[Repo]) -> None:
        """Put what the store had seen before beside what the Hub says now."""
        if repos and "store" in self.databases:
            copy_history(self.work.con, "store", repos)

    def _take_fresh(self, repos: Callable[[], Sequence[Repo]]) -> None:
        if self.fresh_since is not None and "store" in self.databases:
            self._take("store", repos(), self.fresh_since)

    def _take(self, database: str, repos: Sequence[Repo], since: datetime | None) -> None:
        """Copy what a database knows, and read texts that an older version had read."""
        missing = [repo for repo in repos if not self._has(*repo)]
        if not missing:
            return
        versions = self._versions(database)
        for kind, repo_key in copy_repos(self.work.con, database, missing, since=since, versions=versions):
            self.came_from.setdefault((kind, repo_key), database)
        if database == "store":
            self._read_again(database)
            self.code.recall()

    def _take_files(self, database: str, needs: Sequence[Need]) -> None:
        """Copy what a database knows of files in repositories that the answer does not need otherwise."""
        files = [
            (kind, repo_id, path) for kind, repo_id, _, path in needs if path and not self._has(kind, repo_id)
        ]
        if not files:
            return
        copy_files(self.work.con, database, files, self._versions(database))
        if database == "store":
            self._read_again(database)

    def _versions(self, database: str) -> Mapping[str, str] | None:
        """Make a database ready; return which versions of its facts count, None: whatever it has."""
        if database == "bundled":
            attach_bundled(self.work.con)
        return self.work.versions if database == "store" else None

    def _read_again(self, database: str) -> None:
        for reading, version in self.work.versions.items():
            for blob, text in copy_texts(self.work.con, database, reading, version):
                self.work.read(reading, blob, text)
                self.has_read_again = True

    def _ask_hub(self, needs: Sequence[Need]) -> None:
        if self.fetch is None or not needs:
            return
        self.fetch(needs, self._take_in)
        if len(self.lost) == self.done:  # nothing ever came through: do not knock at every door
            self.fetch = None

    def _take_in(self, answer: RepoAnswer | FileAnswer) -> None:
        """Put an answer into the work tables; a lost record waits, for a database may know it."""
        self.done += 1
        self.progress(self.done, len(self.tried))
        if isinstance(answer, FileAnswer):
            self.work.add_file(answer)
            self.answered.append((answer.kind, answer.repo_id))
        elif answer.outcome is Outcome.UNREACHABLE:
            self.lost[answer.kind, answer.asked_id] = answer
        else:
            self.work.add_repo(answer)
            for repo_id in {answer.asked_id, answer.repo_id or answer.asked_id}:
                self.came_from[answer.kind, repo_id.lower()] = "hub"
                self.answered.append((answer.kind, repo_id))
