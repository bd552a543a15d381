"""Run the command line inside this process."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hubaudit.cli import main

if TYPE_CHECKING:
    from tests.fakehub import FakeHub


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The result as JSON."""
        return json.loads(self.out)


def run(*arguments: str) -> Done:
    """Run `hubaudit` with these arguments. Anything but SystemExit that leaves main() is raised."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with patch.object(sys, "argv", ["hubaudit", *arguments]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert code is None or isinstance(code, int)
    return Done(code or 0, out.getvalue(), err.getvalue())


def asked(hub: FakeHub) -> list[str]:
    """Return the paths that were asked of the Hub since the last time, in order."""
    paths = [seen.path for seen in hub.requests]
    hub.requests.clear()
    return paths
