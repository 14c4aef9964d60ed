"""The files and commands of docs/deploy.md are right as far as one machine can tell."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from streamlit import config

from deployed import BIN, NAMES, PLACES, PORTS, SHIPPED, command, configured, nginx, put, setting
from serving import ROOT, free_port, healthy
from taper.drafts import Drafts

PAGE = (ROOT / "docs/deploy.md").read_text("utf-8")
UNITS = ("taper@.service", "taper-backup.service", "taper-backup.timer")
CONTAINER = (SHIPPED / "Containerfile").read_text("utf-8")


def done(command: list[str], **settings: str) -> str:
    """Run a command to its end, which has to be a good one; returns what it said."""
    ended = subprocess.run(
        command, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_nginx_takes_the_block(tmp_path: Path) -> None:
    ports = {port: str(free_port()) for port in PORTS}
    said = done([*nginx(tmp_path, configured(tmp_path, ports, free_port(), free_port())), "-t"])
    assert "warn" not in said


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = (SHIPPED / unit).read_text("utf-8")
        (tmp_path / unit).write_text(put(text, PLACES if "ExecStart" in text else {}), "utf-8")
    if analyze := shutil.which("systemd-analyze"):  # where it is not, there is no systemd either
        assert done([analyze, "verify", *(str(tmp_path / unit) for unit in UNITS)]) == ""
    assert PAGE.count("systemctl enable --now taper@8501 taper@8502 taper@8503 taper-backup.timer")


def test_the_backup_is_whole_and_goes_after_a_month(tmp_path: Path) -> None:
    data, kept = tmp_path / "data", tmp_path / "kept"
    kept.mkdir()
    draft = Drafts(data / "drafts.sqlite3").create({"label": "in it"}, datetime.now(UTC)).id
    old, young = kept / "old.sqlite3", kept / "young.sqlite3"
    for file, days in ((old, 32), (young, 29)):
        file.touch()
        os.utime(file, (time.time() - days * 86_400,) * 2)
    settings = {"TAPER_DATA_DIR": str(data), "STATE_DIRECTORY": str(kept)}
    said = done(command("taper-backup.service", PLACES), **settings)
    done(command("taper-backup.service", {}, "ExecStartPost"), **settings)
    (made,) = set(kept.iterdir()) - {young}
    assert said == f"{made}: saved plans: 1\n"
    found = Drafts(made).load(draft)
    assert found
    assert found.document == {"label": "in it"}


def test_what_the_app_the_proxy_and_the_units_have_in_common_is_the_same() -> None:
    block = (SHIPPED / "nginx.conf").read_text("utf-8")
    assert re.findall(r"server 127.0.0.1:([0-9]+) ", block) == list(PORTS)
    (most,) = re.findall(r"client_max_body_size ([0-9]+)m", block)
    assert int(most) == config.get_option("server.maxUploadSize") + 1
    assert setting("taper@.service", "StateDirectory") == "taper"
    for unit in UNITS[:2]:
        assert "Environment=TAPER_DATA_DIR=%S/taper\n" in (SHIPPED / unit).read_text("utf-8")
    (name,) = NAMES.items()
    assert f'#Environment="{"=".join(name)}"' in (SHIPPED / UNITS[0]).read_text("utf-8")
    for file in SHIPPED.iterdir():
        assert f"(deploy/{file.name})" in PAGE


def test_the_container_has_what_the_app_needs_and_says_whether_it_is_well(tmp_path: Path) -> None:
    """Its files alone, its command and its health check, without the container round them."""
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", CONTAINER, re.MULTILINE):
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy2
        (tmp_path / target).parent.mkdir(exist_ok=True)
        copy(ROOT / source, tmp_path / target)
    (variables,) = re.findall(r"^ENV (.*)$", CONTAINER, re.MULTILINE)
    settings = dict(part.split("=") for part in shlex.split(variables))
    port = str(free_port())
    settings |= {
        "PORT": port,
        "TAPER_DATA_DIR": str(tmp_path / "data"),
        "PYTHONPATH": put(settings["PYTHONPATH"], {"/opt/taper": str(tmp_path)}),
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    start, check = (
        json.loads(line) for line in re.findall(r"\bCMD (\[.*\])$", CONTAINER, re.MULTILINE)
    )
    assert Path(settings["PYTHONPATH"], "taper").is_dir()  # else the one that is tested here runs
    assert (tmp_path / ".streamlit/config.toml").exists()
    with subprocess.Popen(start, cwd=tmp_path, env=os.environ | settings) as app:
        try:
            assert healthy(f"http://127.0.0.1:{port}", app)
            done(check, **settings)
        finally:
            app.terminate()
        assert app.wait(20) == 0
    assert subprocess.run(
        check, env=os.environ | settings, check=False, capture_output=True
    ).returncode
