"""A crawl in a process of its own, to be killed: `python -m tests.crawl.crawler ENDPOINT CACHE [BYTES]`.

BYTES is the size above which the system refuses to write a file, as a full disk does.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

from hubaudit.crawl.cache import Mode, WalkFolder
from hubaudit.crawl.walk import walk
from hubaudit.errors import HubauditError
from hubaudit.hub import listing
from hubaudit.hub.client import Hub
from hubaudit.model import Kind


async def main(endpoint: str, cache: Path) -> None:
    async with Hub(endpoint, "") as hub:
        with WalkFolder.held(cache, Kind.MODEL) as folder:
            await walk(hub, folder, Mode.FULL)


if __name__ == "__main__":
    listing.PAGE_SIZE = 5
    if sys.argv[3:]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
    except HubauditError as error:
        sys.exit(f"hubaudit: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
