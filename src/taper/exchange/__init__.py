"""The schedule as data for other programs, and plans back from files."""

from taper.exchange.directions import directions
from taper.exchange.files import open_file
from taper.exchange.tables import SHAPES, csv_text

__all__ = ["SHAPES", "csv_text", "directions", "open_file"]
