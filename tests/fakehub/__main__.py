"""Serve the fake Hub to any program, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from tests.fakehub.hub import FakeHub
from tests.fakehub.quota import ANONYMOUS, Bucket, Window
from tests.fakehub.records import load

_CASES = Path(__file__).with_name("cases.jsonl")
_HELP = """\
A Hugging Face Hub on loopback. The first line on stdout is its URL:

    python -m tests.fakehub
    HF_ENDPOINT=http://127.0.0.1:PORT hubaudit score acme/open-claim

Without --records it serves its own small cases (tests/fakehub/cases.jsonl).
"""


def main() -> None:
    """Read the options, serve until a signal comes."""
    options = _parser().parse_args()
    try:
        repos = load(options.records or [_CASES])
        hub = FakeHub(repos, quota=dict(options.quota), tls=options.tls, port=options.port).start()
    except (OSError, ValueError) as error:
        sys.exit(f"fakehub: {error}")
    hub.quota.count_both_hops = options.count_both_hops
    for token in options.token:
        hub.accounts.grant(token)
    with TemporaryDirectory(prefix="fakehub-") as folder:
        _serve(hub, _certificate(hub, folder) if options.tls else [])


def _certificate(hub: FakeHub, folder: str) -> list[str]:
    """Write down whom to trust, for as long as the hub runs."""
    path = Path(folder) / "authority.pem"
    path.write_bytes(hub.authority_pem)
    return [f"trust its certificate: SSL_CERT_FILE={path}"]


def _serve(hub: FakeHub, notes: list[str]) -> None:
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(hub.url, flush=True)  # noqa: T201 - the program's result
    print(f"large files at {hub.storage_url}; Ctrl-C ends", *notes, sep="\n", file=sys.stderr)  # noqa: T201 - narration
    stopped.wait()
    hub.stop()


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m tests.fakehub", description=_HELP, formatter_class=form)
    add = parser.add_argument
    add(
        "--records",
        action="append",
        metavar="FILE",
        help="JSON lines to serve, plain, .gz or .zst; repeatable",
    )
    add("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    add(
        "--tls",
        action="store_true",
        help="speak https with a throw-away certificate; stderr tells which to trust",
    )
    add("--token", action="append", default=[], metavar="T", help="a token that the Hub knows; repeatable")
    add("--quota", action="append", default=[], type=_window, metavar="BUCKET=N:SECONDS",
        help=f"requests a window, e.g. api=500:300; repeatable; buckets: {', '.join(ANONYMOUS)}")  # fmt: skip
    add("--count-both-hops", action="store_true", help="count the second request of a file's redirect too")
    return parser


def _window(text: str) -> tuple[Bucket, Window]:
    name, _, size = text.partition("=")
    quota, _, seconds = size.partition(":")
    bucket = next((bucket for bucket in ANONYMOUS if bucket == name), None)
    if bucket is None or not quota.isdecimal() or not seconds.isdecimal() or int(seconds) == 0:
        raise argparse.ArgumentTypeError(f"not of the form api=500:300: {text!r}")
    return bucket, Window(int(quota), int(seconds))


if __name__ == "__main__":
    main()
