"""A Streamlit page on a server of its own, for browser tests, benchmarks and pictures."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
HERE = "127.0.0.1"
START_SECONDS = 60


class NotServed(RuntimeError):
    """The server did not start; says what it wrote."""


@contextmanager
def served(script: Path, log: Path, data: Path, port: int = 0, **settings: str) -> Iterator[str]:
    """Serve a page with drafts of its own; yields its address. Without a port, at a free one."""
    port = port or free_port()
    url = f"http://{HERE}:{port}"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(script)),
                *("--server.address", HERE, "--server.port", str(port)),
                *("--server.headless", "true", "--logger.enableRich", "false"),
            ],
            cwd=ROOT,
            env=os.environ | {"TAPER_DATA_DIR": str(data)} | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            if not healthy(url, server):
                raise NotServed(log.read_text(errors="replace"))
            yield url
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        return int(free.getsockname()[1])


def healthy(url: str, server: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server answers, and say whether it ever did."""
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=5):  # noqa: S310
                return True
        except (URLError, TimeoutError):
            time.sleep(0.1)
    return False
