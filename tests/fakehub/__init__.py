"""A Hugging Face Hub on loopback, as faithful as a crawler can tell.

    with FakeHub([model("acme/open-claim", license="apache-2.0", card="An open model.")]) as hub:
        httpx.get(f"{hub.url}/api/models?limit=1000")
        hub.requests  # what was asked, and whether a token was sent

It knows nothing of hubaudit. `python -m tests.fakehub --help` serves it to any other program.
"""

from tests.fakehub.build import dataset, model
from tests.fakehub.catalogue import Catalogue, Repo
from tests.fakehub.clock import Clock
from tests.fakehub.hub import FakeHub, Seen
from tests.fakehub.quota import ANONYMOUS, Quota, Window

__all__ = [
    "ANONYMOUS",
    "Catalogue",
    "Clock",
    "FakeHub",
    "Quota",
    "Repo",
    "Seen",
    "Window",
    "dataset",
    "model",
]
