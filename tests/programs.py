"""Programs that tests run and Python does not bring: found, or installed. `make test` runs this."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial

PACKAGES = {"nginx": "nginx", "openssl": "openssl"}
"""Each program, and the package that Debian has it in."""
# A service that comes with a package is none of ours.
APT = (
    "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq {package}"
    " && {{ systemctl disable --now {package} || true; }}"
)
INSTALL_SECONDS = 600


class NoProgram(RuntimeError):
    """A program that is not on this machine; says what installing it came to."""


def find(program: str) -> str:
    """Return the path of a program, also where it is for the administrator alone."""
    if path := shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
        return path
    raise NoProgram(f"no {program} found: run `make test`, which installs it, or install it")


def by_apt(package: str) -> list[list[str]]:
    """Return how apt installs a package, where it can: as root, or by a sudo that asks nothing."""
    if not shutil.which("apt-get"):
        return []
    apt = ["sh", "-c", APT.format(package=package)]
    if os.geteuid() == 0:
        return [apt]
    return [["sudo", "-n", *apt]] if shutil.which("sudo") else []


def install(ways: Sequence[Sequence[str]]) -> None:
    """Try one way after the other; show what they said if none works."""
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
                timeout=INSTALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            said += f"{way[0]}: not done after {INSTALL_SECONDS} seconds\n"
        else:
            if done.returncode == 0:
                return
            said += done.stdout[-600:]
    raise NoProgram(said)


def ready(name: str, found: Callable[[], str], ways: Sequence[Sequence[str]], ask: str) -> int:
    """Say where a program is, after installing it where it is not; returns an exit code."""
    try:
        try:
            path = found()
        except NoProgram:
            if not ways:
                raise
            print(f"Installing {name} for the tests", flush=True)
            install(ways)
            path = found()
    except NoProgram as missing:
        print(f"{missing}\n{ask}", file=sys.stderr)
        return 1
    print(f"{name}: {path}")
    return 0


def main() -> int:
    """Say which programs there are, after installing those that are not."""
    return max(
        ready(name, partial(find, name), by_apt(package), f"Tests need {name}: install it.")
        for name, package in PACKAGES.items()
    )


if __name__ == "__main__":
    sys.exit(main())
