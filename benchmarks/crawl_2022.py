"""Whether a crawl with cards tells what an import of the same Hub tells: `python -m benchmarks.crawl_2022 [MODELS]`.

The Hub of 2022-02-21 (../shared/real/hub_2022-02-21.jsonl.zst, or HUBAUDIT_SHARED; the first MODELS of its
29,432 models) is served by the fake Hub in a process of its own. `hubaudit crawl` reads its list and then
every card; `hubaudit import` reads the file itself into another store. Prints how long both took, and the rows
in which the raw tables of the two differ; ends with 1 if there are any.

Columns that must differ are not compared: crawl_id, observed_at and url (another run), shape and record (a
list's row has no files, the file's records do), hub_id and what the fake Hub adds to a record of 2022, when
lists had none of it: gated and is_disabled, and so the change_hash. Of the crawl's looks at files the ones at
license files are counted only: the file has cards alone, and the fake Hub refuses (403) to tell of others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import zstandard

from hubaudit.store.file import opened
from tests.conftest import ROOT
from tests.crawl.running import CONTENTS, contents, looks

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE = "hub_2022-02-21.jsonl.zst"
_DATE = "2022-02-21"
