"""The guard that keeps tests on this machine: what it refuses and allows, and that hiding is no help."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    RunPython = Callable[..., subprocess.CompletedProcess[str]]

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"


def reach_out(kind: str) -> None:
    """Try to leave the machine; 192.0.2.1 and 2001:db8::1 are addresses reserved for documentation."""
    if kind == "name":
        socket.getaddrinfo("example.org", 443)
    elif kind == "datagram":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", ("192.0.2.1", 53))
    elif kind == "version 6":
        with socket.socket(socket.AF_INET6) as caller:
            caller.connect(("2001:db8::1", 443))
    else:
        with socket.socket() as caller:
            caller.connect_ex(("192.0.2.1", 443))


@pytest.mark.parametrize("kind", ["name", "datagram", "version 4", "version 6"])
def test_the_network_is_refused(kind: str, refusals: Path) -> None:
    with pytest.raises(OSError, match="only use loopback"):
        reach_out(kind)
    refusals.unlink()


def test_the_network_is_refused_in_a_thread(refusals: Path) -> None:
    def swallow() -> None:
        with pytest.raises(OSError, match="only use loopback"):
            reach_out("version 4")

    thread = threading.Thread(target=swallow)
    thread.start()
    thread.join()
    assert "192.0.2.1" in refusals.read_text(encoding="utf-8")
    refusals.unlink()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_open(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection((host, port)).close()


def test_a_socket_file_is_open(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as caller:
        server.bind(str(tmp_path / "socket"))
        server.listen()
        caller.connect(str(tmp_path / "socket"))


def test_a_test_that_hides_its_network_use_fails(tmp_path: Path, run_python: RunPython) -> None:
    (tmp_path / "conftest.py").symlink_to(CONFTEST)
    (tmp_path / "test_hidden.py").write_text(
        "import contextlib, socket\n"
        "def test_hidden():\n"
        "    with contextlib.suppress(OSError):\n"
        "        socket.create_connection(('192.0.2.1', 443))\n"
    )
    done = run_python("-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path))
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "used the network" in done.stdout


def test_a_command_that_a_test_starts_is_refused_too(run_python: RunPython, refusals: Path) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 443))"
    done = run_python("-c", code)
    assert "only use loopback" in done.stderr
    assert "192.0.2.1" in refusals.read_text(encoding="utf-8")
    refusals.unlink()


def test_the_developers_token_is_out_of_reach(home: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    assert hub.get_token() is None
    assert Path.home() == home
