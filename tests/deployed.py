"""The app as docs/deploy.md sets it up: the unit's command on several ports, behind nginx."""

import getpass
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import programs
from serving import HERE, ROOT, free_port, healthy

SHIPPED = ROOT / "docs/deploy"
BIN = Path(sys.executable).parent
INSTALLED = "/opt/taper/current/.venv/bin"
PLACES = {INSTALLED: str(BIN)}
PORTS = ("8501", "8502", "8503")
NAME = "taper.clinic.example"
NAMES = {"STREAMLIT_SERVER_ALLOWED_HOSTS": f"{NAME} {HERE} localhost"}
"""As the unit has it commented out."""
STOP_SECONDS = 20
LOG_SECONDS = 10
GONE = re.compile("WebSocket|when disconnected from server|status of 50[24]")
"""What the browser says of a process that died under it."""
WHOLE = """
daemon off;
user {user};
worker_processes 2;
pid {folder}/nginx.pid;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/taper.conf;
}}
"""
"""What a distribution's own nginx.conf has round the block."""


def put(text: str, changes: dict[str, str]) -> str:
    """Put this machine's places into a shipped file; each has to be in it."""
    for shipped, here in changes.items():
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    return text


def setting(unit: str, name: str) -> str:
    """Return what a unit sets a name to; it sets it once."""
    (value,) = re.findall(rf"^{name}=(.*)$", (SHIPPED / unit).read_text("utf-8"), re.MULTILINE)
    return str(value)


def command(
    unit: str, places: dict[str, str], name: str = "ExecStart", **specifiers: str
) -> list[str]:
    """Return a command that a unit starts."""
    text = put(setting(unit, name), places)
    for letter, value in specifiers.items():
        text = text.replace(f"%{letter}", value)
    return shlex.split(text.replace("%%", "%"))


class Served:
    """One process of the app, in a group of its own, as systemd would have it."""

    def __init__(self, port: str, folder: Path) -> None:
        self.log = folder / f"{port}.log"
        self._port = port
        self._data = folder / "data"
        self._started: subprocess.Popen[bytes] | None = None

    def start(self, bin_: Path = BIN, source: Path = ROOT) -> None:
        """Start what is installed beside a Python, or another source in its place."""
        here = {"TAPER_DATA_DIR": str(self._data), "STREAMLIT_SERVER_HEADLESS": "true"}
        if source != ROOT:
            here["PYTHONPATH"] = str(source / "src")
        with self.log.open("ab") as output:
            self._started = subprocess.Popen(
                command("taper@.service", {INSTALLED: str(bin_)}, i=self._port),
                env=os.environ | NAMES | here,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        assert self._started
        assert healthy(f"http://{HERE}:{self._port}", self._started), self.log.read_text("utf-8")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._started:
            os.killpg(self._started.pid, how)
            self._started.wait(STOP_SECONDS)
            self._started = None


@dataclass
class Site:
    """Several processes of the app behind nginx."""

    url: str
    encrypted: str
    folder: Path
    processes: dict[str, Served]

    def said(self, log: str) -> str:
        """Return what stands in a log of nginx."""
        return (self.folder / log).read_text("utf-8")

    def process_of(self, ask: Callable[[], object]) -> str:
        """Return the port of the process to which nginx takes whoever asks so for /healthz."""
        before = len(self.said("access.log"))
        ask()
        line = self.logged("/healthz 200 (.*)\n", before)[1]
        return str(re.findall(f"{HERE}:([0-9]+)", line)[-1])

    def logged(self, line: str, before: int = 0) -> re.Match[str]:
        """Wait for a line in nginx's log on who asked, after what stood there `before`."""
        for _ in range(LOG_SECONDS * 50):
            if found := re.search(line, self.said("access.log")[before:]):
                return found
            time.sleep(0.02)
        raise AssertionError(self.said("access.log")[before:])


def configured(folder: Path, ports: dict[str, str], port: int, tls: int) -> Path:
    """Write the shipped block with this machine's ports and places; returns the file round it.

    What it has for TLS counts here, with one certificate for all.
    """
    pair, key = folder / "pair.pem", folder / "key.pem"
    made = f"req -x509 -newkey rsa:2048 -nodes -subj /CN={HERE} -keyout {key} -out {pair}"
    subprocess.run([programs.find("openssl"), *made.split()], check=True, capture_output=True)
    block = put(
        (SHIPPED / "nginx.conf").read_text("utf-8"),
        {f"{HERE}:{shipped} ": f"{HERE}:{here} " for shipped, here in ports.items()}
        | {
            f"listen {HERE}:80;": f"listen {HERE}:{port};",
            "# listen 443 ssl;": f"listen {HERE}:{tls} ssl;",
            "# ssl_": "ssl_",
            "/etc/ssl/certs/taper.pem": str(pair),
            "/etc/ssl/private/taper.key": str(key),
            "/etc/ssl/certs/clinic-staff.pem": str(pair),
            "/var/log/nginx/taper.log": f"{folder}/access.log",
            "/var/log/nginx/taper-error.log": f"{folder}/error.log",
        },
    )
    (folder / "taper.conf").write_text(block, "utf-8")
    whole = folder / "nginx.conf"
    whole.write_text(WHOLE.format(folder=folder, user=getpass.getuser()), "utf-8")
    return whole


def nginx(folder: Path, whole: Path) -> list[str]:
    """Return the command that starts nginx."""
    return [programs.find("nginx"), "-e", str(folder / "start.log"), "-c", str(whole)]


@contextmanager
def deployed(folder: Path, source: Path = ROOT) -> Iterator[Site]:
    """Start it all, and end it."""
    ports = {shipped: str(free_port()) for shipped in PORTS}
    assert len(set(ports.values())) == len(ports)
    processes = {port: Served(port, folder) for port in ports.values()}
    port, tls = free_port(), free_port()
    with ExitStack() as at_end:
        for process in processes.values():
            process.start(source=source)
            at_end.callback(process.end)
        whole = configured(folder, ports, port, tls)
        front = at_end.enter_context(subprocess.Popen(nginx(folder, whole)))
        at_end.callback(front.terminate)
        for process in processes.values():
            process.wait()
        site = Site(f"http://{HERE}:{port}", f"https://{HERE}:{tls}", folder, processes)
        assert healthy(site.url, front), site.said("start.log")
        yield site
