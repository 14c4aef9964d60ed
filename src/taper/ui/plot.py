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
  const missing = parentElement.querySelector("p")
  parentElement.querySelector("style").textContent = data.style
  box.setAttribute("aria-label", data.alt)
  box.style.height = `${data.height}px`
  box.wanted = data
  box.tell = setTriggerValue
  if (!window.Plotly) answer(box)  // the rest of the page does not wait for what may take long
  loaded().then((Plotly) => draw(Plotly, box)).then(() => { missing.hidden = true }, (error) => {
    console.error(error)
    if (window.Plotly) window.Plotly.purge(box)
    box.shown = box.watched = undefined
    missing.hidden = false
  }).finally(() => answer(box))
}

function draw(Plotly, box) {
  const { figure } = box.wanted
  if (box.shown === figure) return
  const { data, layout } = JSON.parse(figure)
  Plotly.react(box, data, layout, { displayModeBar: false, doubleClick: false })
  box.shown = figure
  box.wide = box.offsetWidth
  if (box.watched) return
  box.watched = true
  box.resized ??= new ResizeObserver(() => {
    if (!box.shown || !box.offsetWidth || box.offsetWidth === box.wide) return
    box.wide = box.offsetWidth
    Plotly.Plots.resize(box)
  })
  box.resized.observe(box)
  box.on("plotly_click", ({ points }) => {
    const point = points[0]?.customdata
    if (point !== undefined) box.tell("picked", point)
  })
}

// Asks for the rest once this is painted; a page that nobody sees is not painted.
function answer(box) {
  const { ask } = box.wanted
  if (!ask || box.answered === ask) return
  box.answered = ask
  const run = () => {  // the page may still be on its way
    if (window.__taperMind) window.__taperMind.run("chart")
    else setTimeout(run, 50)
  }
  if (document.hidden) run()
  else requestAnimationFrame(() => setTimeout(run))
}
""".replace("LIBRARY", LIBRARY)

_component = st.components.v2.component(
    "taper_plot",
    html="<style></style><p hidden>The chart could not be drawn here. The table has the same"
    ' doses.</p><div class="plot" role="figure"></div>',
    js=_JS,
    isolate_styles=False,
)


def draw(
    key: str, drawing: Drawing, picked: Callable[[Any], None] | None = None, ask: str = ""
) -> None:
    """Draw a figure; `picked` is given the `customdata` of a point that is clicked.

    With another `ask` than before the browser asks for a run (`eye.py`), once it has painted it.
    """

    def told() -> None:
        point = st.session_state.get(key, {}).get("picked")  # empty once the page was left
        if picked and point is not None:
            picked(point)

    shown = {
        "figure": drawing.text, "height": drawing.height, "alt": drawing.description,
        "style": _labels(key, drawing), "ask": ask,
    }  # fmt: skip
    _component(key=key, data=shown, on_picked_change=told)


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
    kept = {"Cache-Control": "public, immutable, max-age=31536000"}
    return FileResponse(str(script), media_type="text/javascript", headers=kept)


ROUTE: Final = Route(LIBRARY, _library)
