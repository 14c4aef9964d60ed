"""What tests need beside Python packages: found, or installed the first time."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

SECONDS = 600
Way = list[str]


class Missing(RuntimeError):
    """A program is not on this machine."""


def apt(package: str) -> list[Way]:
    """Return how to install a package of Debian or Ubuntu here, if at all."""
    get = f"apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq {package}"
    if not shutil.which("apt-get"):
        return []
    if os.geteuid() == 0:
        return [["sh", "-c", get]]
    return [["sudo", "-n", "sh", "-c", get]] if shutil.which("sudo") else []


def install(ways: list[Way]) -> None:
    """Try each way until one works; show what they said if none does."""
    said = ""
    for way in ways:
        try:
            done = subprocess.run(
                way,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            said += f"{way[0]}: not done after {SECONDS} seconds\n"
        else:
            if done.returncode == 0:
                return
            said += done.stdout[-600:]
    raise Missing(said)


def ready(name: str, find: Callable[[], str], ways: list[Way], ask: str) -> int:
    """Say where a program is, after installing it where it is not; returns an exit code."""
    try:
        try:
            path = find()
        except Missing:
            if not ways:
                raise
            print(f"Installing {name} for the tests", flush=True)
            install(ways)
            path = find()
    except Missing as missing:
        print(f"{missing}\n{ask}", file=sys.stderr)
        return 1
    print(f"{name}: {path}")
    return 0
