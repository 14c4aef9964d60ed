"""A drawing on the page that is changed where it stands.

The framework's own chart is taken away and built anew at each change, and shown only once the rest
of the page is there. This one is drawn by the same library, as it comes, in the node that is there.
"""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from taper.chart import Drawing

LIBRARY: Final = f"/plotly-{version('plotly')}.js"
"""Where the browser gets the drawing library; another version is another name."""
_PHONE: Final = "@media (max-width: 640px)"
_JS: Final = """
let library

function loaded() {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script")
    script.src = "LIBRARY"
    script.onload = () => done(window.Plotly)
    script.onerror = () => { library = undefined; failed(new Error("no drawing library")) }
    document.head.append(script)
  })
  return library
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".plot")
  parentElement.querySelector("style").textContent = data.style
  box.setAttribute("aria-label", data.alt)
  box.style.height = `${data.height}px`
  box.wanted = data
  box.tell = setTriggerValue
  loaded().then((Plotly) => draw(Plotly, box)).catch((error) => {
    box.textContent = "The chart could not be drawn here. The table has the same doses."
    console.error(error)
  }).finally(() => answer(box))
}

function draw(Plotly, box) {
  const { figure } = box.wanted
  if (box.shown === figure) return
  box.shown = figure
  const { data, layout } = JSON.parse(figure)
  Plotly.react(box, data, layout, { displayModeBar: false, doubleClick: false })
  box.wide = box.offsetWidth
  if (box.watched) return
  box.watched = new ResizeObserver(() => {
    if (!box.offsetWidth || box.offsetWidth === box.wide) return
    box.wide = box.offsetWidth
    Plotly.Plots.resize(box)
  })
  box.watched.observe(box)
  box.on("plotly_click", ({ points }) => {
    const point = points[0]?.customdata
    if (point !== undefined) box.tell("picked", point)
  })
}

// Says that it is painted; a page that nobody sees is not painted.
function answer(box) {
  const { ask } = box.wanted
  if (!ask || box.answered === ask) return
  box.answered = ask
  const say = () => box.tell("painted", ask)
  if (document.hidden) say()
  else requestAnimationFrame(() => setTimeout(say))
}
""".replace("LIBRARY", LIBRARY)

_component = st.components.v2.component(
    "taper_plot",
    html='<style></style><div class="plot" role="figure"></div>',
    js=_JS,
    isolate_styles=False,
)


def draw(
    key: str, drawing: Drawing, picked: Callable[[Any], None] | None = None, ask: str = ""
) -> None:
    """Draw a figure; `picked` is given the `customdata` of a point that is clicked.

    With another `ask` than before the browser asks for a run, once it has painted the figure.
    """

    def told() -> None:
        point = st.session_state.get(key, {}).get("picked")  # empty once the page was left
        if picked and point is not None:
            picked(point)

    shown = {
        "figure": drawing.text, "height": drawing.height, "alt": drawing.description,
        "style": _labels(key, drawing), "ask": ask,
    }  # fmt: skip
    _component(key=key, data=shown, on_picked_change=told, on_painted_change=told)


def _labels(key: str, drawing: Drawing) -> str:
    """On a phone, hide the labels that have no room there and show those that stand for them."""
    rules = [
        f"{_PHONE} {{ {_places(key, notes)} {{ opacity: {seen} !important }} }}"
        for notes, seen in ((drawing.wide_only, 0), (drawing.narrow_only, 1))
        if notes
    ]
    return " ".join(rules)


def _places(key: str, notes: Sequence[int]) -> str:
    return ", ".join(f'.st-key-{key} .annotation[data-index="{at}"]' for at in notes)


async def _library(_request: Request) -> Response:
    script = files("plotly") / "package_data" / "plotly.min.js"
    return FileResponse(str(script), media_type="text/javascript")


ROUTE: Final = Route(LIBRARY, _library)
