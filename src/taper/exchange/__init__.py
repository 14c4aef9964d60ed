"""The schedule as data for other programs, and plans back from files."""

from taper.exchange.calendar import calendar_file
from taper.exchange.directions import directions, directions_by_step
from taper.exchange.fhir import fhir_bundle
from taper.exchange.files import open_file
from taper.exchange.tables import SHAPES, csv_text, frame

__all__ = [
    "SHAPES",
    "calendar_file",
    "csv_text",
    "directions",
    "directions_by_step",
    "fhir_bundle",
    "frame",
    "open_file",
]
