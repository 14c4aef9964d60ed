"""The Streamlit entry: the pages are in `taper.ui`."""

from taper.ui.main import run

run()
