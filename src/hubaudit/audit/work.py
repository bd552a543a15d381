"""The work tables of one score: a database in memory with the raw rows of a model and all it stands on."""

from __future__ import annotations

import json

import duckdb

from hubaudit.audit.licenses import load_expressions
from hubaudit.audit.reading import LICENSE, SCAN, read_here, versions
from hubaudit.model import FileAnswer, Outcome, RepoAnswer
from hubaudit.store import rows
from hubaudit.store.file import create_tables
from hubaudit.store.keep import NEW
from hubaudit.text.gate import GATE_PATH, gate_text
from hubaudit.warehouse.build import build, plan_for_little
from hubaudit.warehouse.queries import load, split
from hubaudit.warehouse.reference import load_reference

README = "README.md"


class Work:
    """Raw and reference tables in memory, the queries over them, and the reader of texts."""

    def __init__(self) -> None:
        # One thread: a closure is small, and starting threads costs more than they save.
        self.con = duckdb.connect(config={"threads": 1})
        plan_for_little(self.con)
        create_tables(self.con)
        load_reference(self.con)
        self._asking, self._answering = split(load(), "core.wanted", "core.wanted_code")
        self.versions = versions()

    def wanted(self) -> list[tuple[str, str, str | None, str | None]]:
        """Make the tables that tell what is still needed, and return it: (kind, id, commit, path).

        A record has no path. What the other tables say is of no use while something is missing.
        """
        load_expressions(self.con)
        build(self.con, self._asking)
        return self.con.execute("select kind, repo_id, commit, path from core.wanted order by all").fetchall()

    def complete(self) -> None:
        """Make the other tables, once nothing is wanted any more."""
        build(self.con, self._answering)

    def is_incomplete(self) -> bool:
        """Whether something is still wanted, or was asked for and the network swallowed it."""
        open_questions = (
            "from core.wanted",
            "from staging.repo where outcome = 'unreachable'",
            "from staging.file where outcome = 'unreachable'",
        )
        return any(self.con.execute(f"select 1 {each} limit 1").fetchone() for each in open_questions)

    def add_repo(self, answer: RepoAnswer) -> None:
        """Take in what the Hub said of a repository; the words of its gate are read like a text."""
        rows.add_repo(self.con, NEW, answer)
        if answer.outcome is not Outcome.FOUND or answer.record is None:
            return
        record = json.loads(answer.record)
        if words := gate_text(record):
            repo_id, commit = answer.repo_id or answer.asked_id, str(record.get("sha") or "main")
            self.add_file(
                FileAnswer(
                    answer.kind, repo_id, commit, GATE_PATH, Outcome.FOUND, answer.url, answer.observed_at,
                    words.encode(errors="replace"),
                )
            )  # fmt: skip

    def add_file(self, answer: FileAnswer) -> None:
        """Take in what the Hub said of a file, and read it when it is a text."""
        if answer.content is None:
            rows.add_files(self.con, [(answer, None)])
            return
        from hubaudit.text.decode import blob_sha1, decode  # noqa: PLC0415 - only when something was fetched

        blob = blob_sha1(answer.content)
        text, encoding = decode(answer.content)
        rows.add_files(self.con, [(answer, rows.Text(blob, len(answer.content), encoding, text))])
        self.read(SCAN, blob, text)
        if answer.path != README:
            self.read(LICENSE, blob, text)

    def read(self, reading: str, blob: str, text: str) -> None:
        """Read a text, once: find our patterns in it, or tell which license it is."""
        if self.con.execute(f"select 1 from raw.{reading} where blob = ?", [blob]).fetchone():
            return
        rows.add_reading(self.con, self.versions[reading], read_here(reading, [(blob, text)]))
