"""The screens: the only place that knows Streamlit."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = "127.0.0.1"
"""This machine alone."""


def launch(port: int) -> int:
    """Start the app on this machine and wait for its end; returns the exit code."""
    # In an installed package the entry and its settings lie here, in the source tree at its top.
    here = Path(__file__).parent
    entry = next(path for path in (here / "app.py", here.parents[2] / "app.py") if path.exists())
    print(f"Taper: http://{HERE}:{port} (Ctrl+C ends it)", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(entry), "--server.port", str(port)]
    # Said here, it holds against whatever settings are found: without sign-in, no strangers.
    command += ["--server.address", HERE]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server must not outlive this
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 0
