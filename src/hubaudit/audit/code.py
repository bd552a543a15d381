"""The licenses of code that a closure links: by the store while fresh, by the code host, else as it was."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hubaudit.model import Outcome
from hubaudit.store.code import add_code, copy_code, known_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hubaudit.audit.work import Work
    from hubaudit.coded import CodeAnswer


class Code:
    """One run's looks at linked code. `address` is the code host's (None: nobody is asked)."""

    def __init__(
        self, work: Work, address: str | None, fresh_since: datetime | None, *, has_store: bool
    ) -> None:
        self._work = work
        self._address = address
        self._fresh_since = fresh_since
        self._has_store = has_store
        self._tried: set[str] = set()
        self.requests = 0
        self.has_answers = False
        self.why_not = ""  # in words: what kept it from being asked

    def recall(self) -> bool:
        """Copy what the store knows of it; tell whether there was anything new."""
        return self._has_store and copy_code(self._work.con, "store")

    def learn(self) -> bool:
        """Find out more, once all tables stand; tell whether they have to be made again."""
        return self.recall() or self._ask()

    def unlooked(self) -> int:
        """Return how many repositories nobody has looked at."""
        (count,) = self._work.con.execute(
            "select count(*) from core.wanted_code where looked_at is null"
        ).fetchone() or (0,)
        return int(count)

    def _ask(self) -> bool:
        if self._address is None or self.why_not or not (due := self._due()):
            return False
        self._tried.update(due)
        known = known_code(self._work.con, "memory", due)
        answers = asyncio.run(self._answers(self._address, [(repo, known.get(repo)) for repo in due]))
        told = [answer for answer in answers if answer.outcome != Outcome.UNREACHABLE]
        self.why_not = next((answer.detail for answer in answers if answer not in told), "")
        add_code(self._work.con, told)
        self.has_answers |= bool(told)
        return bool(told)

    def _due(self) -> list[str]:
        rows = self._work.con.execute(
            "select code_repo from core.wanted_code"
            " where looked_at is null or $1 is null or looked_at < $1 order by code_repo",
            [self._fresh_since],
        ).fetchall()
        return [repo for (repo,) in rows if repo not in self._tried]

    async def _answers(
        self, address: str, asked: Sequence[tuple[str, CodeAnswer | None]]
    ) -> list[CodeAnswer]:
        from hubaudit.hub.code_host import CodeHost  # noqa: PLC0415 - httpx is slow to import; the store often knows

        async with CodeHost(address) as host:
            looks = (host.repo(code_repo.partition("/")[2], known) for code_repo, known in asked)
            answers = await asyncio.gather(*looks)
        self.requests += host.requests
        return answers
