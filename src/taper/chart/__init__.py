"""Schedule → chart: a figure for the screen, and the same ink as a picture for paper."""

from taper.chart.drawing import (
    PLAIN,
    Drawing,
    Shown,
    description,
    draw,
)
from taper.chart.paper import svg
from taper.chart.rate import Published, published
from taper.chart.timeline import timeline

__all__ = [
    "PLAIN", "Drawing", "Published", "Shown", "description", "draw", "published", "svg",
    "timeline",
]  # fmt: skip
