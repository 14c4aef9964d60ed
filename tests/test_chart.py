"""The chart's data: what is drawn where, that its labels keep apart, and the same ink as SVG."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from taper import Plan, build_schedule, chart
from taper.chart import Shown, variants
from taper.chart.canvas import NARROW, WIDE, width
from taper.equivalents import counted, scales
from taper.schedule import Schedule, sketch
from test_record import begun, full, next_version

EXAMPLES = Path(__file__).parent / "cases" / "examples"
PAGE = EXAMPLES / "page-sample.json"


def example(**changes: Any) -> Schedule:
    document = json.loads(PAGE.read_text(encoding="utf-8"))
    return build_schedule(Plan.from_document({**document.get("plan", document), **changes}))


def reducing(*drugs: str, steps: int = 26, days: int = 14, **more: Any) -> Schedule:
    """Reduce each drug in turn by 5 % of current, so many steps in all, then stop them."""
    each = steps // len(drugs)
    phases: list[dict[str, Any]] = [
        {
            "kind": "reduce", "drug": drug, "by": {"percent_of_current": "5"},
            "every_days": days, "steps": each, "taking_from": "proportional",
        }
        for drug in drugs
    ]  # fmt: skip
    document = {
        "format": "taper-plan/1",
        "start": "2027-01-04",
        "times": ["morning", "bedtime"],
        "regimen": [{"drug": drug, "doses_mg": {"bedtime": "20"}} for drug in drugs],
        "phases": [*phases, *({"kind": "stop", "drug": drug} for drug in drugs)],
        **more,
    }
    return build_schedule(Plan.from_document(document))


LONG = "methylphenobarbital-hydrochloride-monohydrate extended"
EVERYTHING = Shown(pace_days=14, equivalents="ashton-2002", step=3)
DRAWN = {
    "26 steps": reducing("diazepam"),
    "60 steps, two drugs": reducing("lorazepam", "diazepam", steps=60),
    "156 steps": reducing("diazepam", steps=156, days=7),
    "long names, four drugs": reducing(LONG, f"{LONG} b", "lorazepam", "diazepam", steps=24),
    "short phases": reducing(
        "diazepam", steps=3, days=2,
        visits=[{"on": f"2027-01-{day:02}", "what": "at the surgery, with blood"}
                for day in (5, 6, 7)],
    ),
}  # fmt: skip


def spec(schedule: Schedule, shown: Shown = chart.PLAIN, **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(chart.draw(schedule, shown, **how).figure.to_json())
    return found


def lines(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in made["data"] if trace.get("mode") == "lines"]


class TestDoses:
    """The dispensed dose is a line of steps over the ideal one; hovering names each step."""

    def test_dispensed_lies_over_ideal(self) -> None:
        schedule = example()
        ideal, dispensed = lines(spec(schedule))[:2]
        drug = schedule.plan.drugs[0]
        taken = [float(step.total(drug)) for step in schedule.steps if step.total(drug)]
        assert [dose for dose in dispensed["y"] if dose] == taken
        assert ideal["line"]["width"] < dispensed["line"]["width"]
        assert {ideal["line"]["shape"], dispensed["line"]["shape"]} == {"hv"}

    def test_a_tooltip_has_dates_doses_tablets_change_and_basis(self) -> None:
        schedule = reducing(
            "diazepam", products=[{"drug": "diazepam", "form": "tablet", "strength_mg": "2",
                                   "pieces": 2}], rounding="nearest",
        )  # fmt: skip
        bars = next(trace for trace in spec(schedule)["data"] if trace["type"] == "bar")
        assert bars["customdata"][1] == 2
        text = bars["hovertext"][1].replace("\u00a0", " ")
        # 20 mg less 5 % twice is 18.05 mg; halves of 2 mg tablets make 18 mg of it.
        for wanted in ("Step 2", "18 Jan – 31 Jan 2027", "diazePAM 18 mg a day", "−1 mg (−5.3 %)",
                       "bedtime 18 mg: 9 tablets of 2 mg", "19 mg − 5 % = 18.05 mg"):  # fmt: skip
            assert wanted in text, wanted

    def test_an_unfinished_plan_is_drawn_as_far_as_it_goes(self) -> None:
        held = {"phases": [{"kind": "hold", "days": 14}]}
        document = reducing("diazepam").plan.to_document() | held
        unfinished = sketch(document).schedule
        assert unfinished
        assert [dose for dose in lines(spec(unfinished))[1]["y"] if dose is not None] == [20, 20]
        stopped = [*held["phases"], {"kind": "stop", "drug": "diazepam"}]
        ended = reducing("diazepam", phases=stopped)
        assert [dose for dose in lines(spec(ended))[1]["y"] if dose is not None] == [20, 0]

    def test_without_a_start_date_a_tooltip_counts_days(self) -> None:
        for days, said in ((14, "days 15 to 28,"), (1, "day 2,")):
            made = spec(reducing("diazepam", steps=4, days=days), dated=False)
            bars = next(trace for trace in made["data"] if trace["type"] == "bar")
            assert said in bars["hovertext"][1]

    def test_a_browser_reads_the_same_figure(self) -> None:
        drawing = chart.draw(example(), EVERYTHING)
        assert json.loads(drawing.text) == json.loads(drawing.figure.to_json())

    def test_one_panel_a_drug_on_shared_dates(self) -> None:
        made = spec(DRAWN["long names, four drugs"])["layout"]
        scales_ = sorted(key for key in made if key.startswith("yaxis"))
        assert len(scales_) == 4
        domains = sorted(made[key]["domain"] for key in scales_)
        assert all(low[1] < high[0] for low, high in combinations(domains, 2))
        assert [key for key in made if key.startswith("xaxis")] == ["xaxis"]

    def test_plotly_accepts_every_figure(self) -> None:
        for schedule in DRAWN.values():
            figure = chart.draw(schedule, EVERYTHING, today=date(2027, 2, 1)).figure
            assert go.Figure(figure.to_dict()) == figure


class TestMarks:
    """Phases, switches, visits, edits and today are named."""

    def test_today_is_a_line_only_within_the_plan(self) -> None:
        schedule = reducing("diazepam")
        inside = spec(schedule, today=date(2027, 3, 1))["layout"]
        assert any(shape.get("x0") == "2027-03-01" for shape in inside["shapes"])
        assert "today" in [note["text"] for note in inside["annotations"]]
        for day in (date(2026, 12, 1), date(2030, 1, 1)):
            outside = spec(schedule, today=day)["layout"]
            assert "today" not in [note["text"] for note in outside["annotations"]]

    def test_what_lies_outside_the_days_shown_is_not_marked(self) -> None:
        schedule = reducing("lorazepam", "diazepam", steps=4)
        within = Shown(dates=(date(2027, 1, 4), date(2027, 1, 10)), step=4)
        made = spec(schedule, within)["layout"]
        whole = spec(schedule, Shown(step=4))["layout"]
        assert len(whole["shapes"]) - len(made["shapes"]) == 2  # a phase, the frame of the step

    def test_an_example_says_so(self) -> None:
        notes = spec(example(), example=True)["layout"]["annotations"]
        assert "EXAMPLE" in [note["text"] for note in notes]
        assert re.search(
            r'rotate\(-16 .*opacity="0.16".*>EXAMPLE<', chart.svg(example(), example=True)
        )

    def test_a_switch_and_an_edit_say_what_they_are(self) -> None:
        document = json.loads((EXAMPLES / "09-switch-equal_reduce-occupancy_points-order.json")
                              .read_text(encoding="utf-8"))  # fmt: skip
        schedule = build_schedule(Plan.from_document(document.get("plan", document)))
        notes = [note["text"] for note in spec(schedule)["layout"]["annotations"]]
        assert any("switch" in text for text in notes), notes
        edited = reducing("diazepam", edits=[{"step": 3, "days": 21, "why": "family wedding",
                                              "was_mg": {"diazepam": "17.148"}}])  # fmt: skip
        notes = [note["text"] for note in spec(edited)["layout"]["annotations"]]
        assert "by hand: family wedding" in notes

    def test_hostile_text_is_drawn_literally(self) -> None:
        schedule = reducing("<b>x</b>%{y}", visits=[{"on": "2027-02-01", "what": "<i>$x$</i>"}])
        figure = json.dumps(spec(schedule))
        for raw in ("<b>x", "<i>", "%{y}", "$x$"):
            assert raw not in figure, raw
        assert "<b>x" not in chart.svg(schedule)


def boxes(made: chart.Drawing, wide: int, hidden: tuple[int, ...]) -> list[Any]:
    """Measure each label: left, right, middle height in pixels, text."""
    layout = json.loads(made.figure.to_json())["layout"]
    first, last = (date.fromisoformat(day) for day in layout["xaxis"]["range"])
    inside = made.height - layout["margin"]["t"] - layout["margin"]["b"]
    found = []
    for at, note in enumerate(layout["annotations"]):
        if at in hidden:
            continue
        x = note["x"] * wide
        if note["xref"] == "x":
            x = (date.fromisoformat(note["x"]) - first).days / (last - first).days * wide
        x += note.get("xshift", 0)
        size = width(re.sub("<[^>]*>", "", note["text"]), note["font"]["size"])
        left = x - size if note["xanchor"] == "right" else x
        y = note["y"] * inside + note.get("yshift", 0)
        y += {"bottom": note["font"]["size"] / 2}.get(note["yanchor"], 0)
        found.append((left, left + size, y, note["text"]))
    return found


class TestLabels:
    """No label lies over another or is cut, on a laptop and on a phone."""

    @pytest.mark.parametrize("name", DRAWN)
    @pytest.mark.parametrize("phone", [False, True])
    def test_keep_apart(self, name: str, phone: bool) -> None:
        schedule = DRAWN[name]
        figures = tuple(figure.id for figure in chart.published(schedule.plan))
        shown = Shown(pace_days=14, figures=figures, equivalents="ashton-2002")
        made = chart.draw(schedule, shown, today=date(2027, 1, 20))
        hidden = made.wide_only if phone else made.narrow_only
        labels = boxes(made, NARROW if phone else WIDE, hidden)
        assert len(labels) > 3
        for left, right, _, text in labels:
            assert left > -30, text
            assert right < (NARROW if phone else WIDE) + 8, (text, right)
        for one, other in combinations(labels, 2):
            apart = one[1] <= other[0] or other[1] <= one[0] or abs(one[2] - other[2]) >= 10
            assert apart, (one, other)


class TestReduction:
    """The bars are the reductions over any so many days; figures are lines with their source."""

    def test_bars_are_of_the_dose_before(self) -> None:
        made = spec(reducing("diazepam", steps=4, days=7), Shown(pace_days=14))
        bars = [trace for trace in made["data"] if "within" in trace.get("hovertext", [""])[0]]
        # Two reductions of 5 % a week apart: 1 − 0.95 × 0.95 = 9.75 %, to the 0.001 mg of a dose.
        assert bars[0]["y"][0] == pytest.approx(9.75, abs=0.01)
        assert "−9.8\u00a0%" in bars[0]["hovertext"][0]

    def test_the_last_step_to_0_does_not_flatten_the_others(self) -> None:
        drawing = chart.draw(example(), Shown(pace_days=14, equivalents="ashton-2002"))
        made = json.loads(drawing.figure.to_json())
        bars = [trace for trace in made["data"] if "within" in trace.get("hovertext", [""])[0]]
        assert max(bars[0]["y"]) == 100
        assert made["layout"]["yaxis4"]["range"][1] < 100
        assert "the bar to 0, 100\u00a0%, is cut off" in json.dumps(made, ensure_ascii=False)

    def test_figures_of_other_days_or_of_the_first_dose_are_not_drawn(self) -> None:
        schedule = reducing("diazepam")
        every = tuple(figure.id for figure in chart.published(schedule.plan))
        drawn = json.dumps(spec(schedule, Shown(pace_days=7, figures=every)), ensure_ascii=False)
        assert "10\u00a0% in 7\u00a0days, ceiling: Family Practice Notebook" in drawn
        assert "in 14\u00a0days" not in drawn

    def test_a_switch_is_no_reduction_of_the_total(self) -> None:
        schedule = example()
        made = chart.draw(schedule, Shown(pace_days=14))
        assert "each drug without what is switched" in made.figure.to_json()
        made = chart.draw(schedule, Shown(pace_days=14, equivalents="ashton-2002"))
        assert "of the total" in made.figure.to_json()


class TestTotal:
    """The total is exact, by one source; where it lacks a drug none is drawn."""

    def test_by_a_source(self) -> None:
        # Table 7 of the ASAM pocket guide (2025), column Ashton Manual 2002: lorazepam 1 mg is 10
        # of diazepam, so 20 mg of each is 220 mg of diazepam.
        schedule = reducing("lorazepam", "diazepam", steps=4, days=7)
        scale = next(one for one in scales(counted(schedule.plan.drugs))
                     if one.source == "ashton-2002")  # fmt: skip
        first = schedule.steps[0]
        wanted = first.total("lorazepam") * 10 + first.total("diazepam")
        assert scale.total(first) == (wanted, wanted)
        assert isinstance(scale.low["lorazepam"], Fraction)
        assert scale.low["lorazepam"] == 10

    def test_where_a_source_gives_a_range_both_ends_count(self) -> None:
        """Flurazepam 15 to 30 mg are 10 mg of diazepam by Ashton 2002: 20 mg are 6⅔ to 13⅓ mg.

        With 20 mg of diazepam, 5 % of which is taken off, that is 1 mg of 26⅔ to 33⅓ mg.
        """
        schedule = reducing("diazepam", "flurazepam", steps=4)
        made = spec(schedule, Shown(pace_days=14, equivalents="ashton-2002"))
        bars = [trace for trace in made["data"] if "within" in trace.get("hovertext", [""])[0]]
        assert bars[0]["y"][0] == pytest.approx(3.75)
        (total,) = [text for trace in made["data"] if trace["type"] == "bar"
                    for text in trace["hovertext"][:1] if "of diazepam" in text]  # fmt: skip
        assert "25.667\u00a0mg to 32.333\u00a0mg" in total

    def test_a_source_that_lacks_a_drug_says_so(self) -> None:
        schedule = reducing("lorazepam", "zopiclone", "diazepam", steps=6)
        by = next(one for one in scales(counted(schedule.plan.drugs)) if one.lacking)
        made = chart.draw(schedule, Shown(equivalents=by.source))
        assert "gives no ratio for" in made.says
        assert by.total(schedule.steps[0]) is None

    def test_what_has_no_equivalents_is_not_counted(self) -> None:
        schedule = reducing("lorazepam", "sertraline", steps=4)
        made = chart.draw(schedule, Shown(equivalents="ashton-2002"))
        assert "Not counted, as it has no equivalents: sertraline." in made.says

    def test_none_for_diazepam_alone(self) -> None:
        assert scales(("diazepam",)) == ()


class TestWords:
    """The text alternative says what the chart shows, and no more than it shows."""

    def test_says_what_each_panel_shows(self) -> None:
        schedule = reducing("lorazepam", "diazepam", steps=4)
        plain = chart.description(schedule)
        assert plain.startswith("Daily dose, 4 steps. LORazepam: 19\u00a0mg to ")
        assert "Total" not in plain
        shown = Shown(pace_days=14, equivalents="ashton-2002",
                      dates=(date(2027, 1, 4), date(2027, 1, 31)))  # fmt: skip
        full = chart.description(schedule, shown)
        assert "Total up to 210\u00a0mg of diazepam a day, by Ashton Manual 2002" in full
        assert "Largest reduction within any 14\u00a0days: " in full
        assert "Only 4\u00a0Jan – 31\u00a0Jan\u00a02027 is shown." in full

    def test_says_nothing_of_what_is_not_there(self) -> None:
        phases = [
            {"kind": "stop", "drug": "lorazepam"},
            {"kind": "hold", "days": 7},
            {"kind": "maintain"},
        ]
        held = reducing("lorazepam", "diazepam", phases=phases)
        assert "LORazepam" not in chart.description(held)
        held = reducing("diazepam", phases=phases[1:])
        assert "reduction" not in chart.description(held, Shown(pace_days=14))


class TestPicture:
    """The picture has the same ink, is sound XML, and is the same for the same plan."""

    @pytest.mark.parametrize("name", DRAWN)
    def test_is_sound_and_has_the_labels(self, name: str) -> None:
        schedule = DRAWN[name]
        text = chart.svg(schedule, EVERYTHING, today=date(2027, 1, 20))
        assert text == chart.svg(schedule, EVERYTHING, today=date(2027, 1, 20))
        root = ET.fromstring(text)  # noqa: S314 (our own picture)
        said = " ".join("".join(part.itertext()) for part in root)
        drawing = chart.draw(schedule, EVERYTHING, today=date(2027, 1, 20))
        for at, note in enumerate(json.loads(drawing.figure.to_json())["layout"]["annotations"]):
            if at not in drawing.narrow_only:
                assert re.sub("</?b>", "", note["text"]).replace("&amp;", "&") in said

    def test_the_steps_stand_at_their_doses(self) -> None:
        schedule = reducing("diazepam", steps=4)
        root = ET.fromstring(chart.svg(schedule))  # noqa: S314 (our own picture)
        paths = [part.get("d", "") for part in root.iter("{http://www.w3.org/2000/svg}path")]
        line = next(path for path in paths if path.count("V") == 4 and "Z" not in path)
        heights = [float(y) for y in re.findall(r"V([\d.]+)", line)]
        assert heights == sorted(heights)
        totals = [float(step.total("diazepam")) for step in schedule.steps]
        drops = [b - a for a, b in pairwise(heights)][:2]
        falls = [a - b for a, b in pairwise(totals[1:])]
        assert drops[0] / drops[1] == pytest.approx(falls[0] / falls[1], rel=0.02)

    def test_without_a_start_date_days_are_counted(self) -> None:
        schedule = reducing("diazepam", steps=4)
        text = chart.svg(schedule, dated=False, today=date(2027, 1, 20))
        assert "day 29" in text
        assert "Jan" not in text


def test_dates_can_be_narrowed() -> None:
    schedule = reducing("diazepam")
    first, last = date(2027, 3, 1), date(2027, 3, 28)
    made = spec(schedule, Shown(dates=(first, last)))["layout"]["xaxis"]["range"]
    assert date.fromisoformat(made[0]) >= first - timedelta(2)
    assert date.fromisoformat(made[1]) <= last + timedelta(3)


def points(trace: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(zip(trace["x"], trace["y"], strict=True))


def bands(drawing: chart.Drawing) -> list[str]:
    return [note["x"] for note in drawing.layout["annotations"] if note["text"][-1:].isdigit()]


class TestOverTime:
    """A record: what was planned and what was taken, each symptom at the day of its visit."""

    def test_a_day_of_which_nothing_is_known_leaves_a_gap(self) -> None:
        drawing = chart.timeline(full(), today=date(2027, 2, 1), beside=1)
        taken, planned, beside, tremor, own, visits = map(points, drawing.traces)
        assert taken == [
            ("2027-01-04", 5), ("2027-01-18", 4), ("2027-01-25", 0), ("2027-01-27", 6),
            ("2027-01-28", 6), ("2027-01-28", None),
        ]  # fmt: skip
        assert planned == [
            ("2027-01-04", 5), ("2027-01-18", 4), ("2027-02-01", 5), ("2027-02-15", 4),
            ("2027-03-01", 0), ("2027-03-03", 0),
        ]  # fmt: skip
        assert beside[:3] == [("2027-01-04", 5), ("2027-01-18", 4), ("2027-02-01", 3)]
        assert (tremor, own, visits[0][0]) == (
            [("2027-02-01", 4)],
            [("2027-02-01", 0)],
            "2027-02-01",
        )
        assert [trace["marker"]["symbol"] for trace in drawing.traces[3:]] == [
            "square", "circle-open", "triangle-down",
        ]  # fmt: skip
        assert "today" in [note["text"] for note in drawing.layout["annotations"]]
        assert drawing.description.replace("\u00a0", " ") == (
            "Doses planned by 3 versions and taken, from 4 January 2027, with 1 visit. The"
            " strongest symptom told: trembling hands 4 of 10. The same is told in words beside it."
        )

    def test_a_plan_that_is_just_begun(self) -> None:
        drawing = chart.timeline(begun())
        taken, planned, visits = map(points, drawing.traces)
        assert (taken, planned[0], visits) == ([], ("2027-01-04", 5), [])
        assert "1 version and taken" in drawing.description
        assert "symptom" not in drawing.description

    def test_a_version_that_another_replaced_on_its_first_day_has_no_band(self) -> None:
        record = begun().with_version(next_version(begun(), "2027-02-01"))
        assert bands(chart.timeline(record)) == ["2027-01-04", "2027-02-01"]
        record = record.with_version(next_version(record, "2027-02-01", label="b"))
        assert bands(chart.timeline(record)) == ["2027-01-04", "2027-02-01"]


def test_plans_that_are_compared_lie_over_one_another() -> None:
    goes_on = [{"kind": "hold", "days": 14}, {"kind": "maintain"}]
    both = reducing("lorazepam", "diazepam", steps=2, phases=goes_on)
    drawing = variants.draw({"<A>": reducing("diazepam", steps=2), "B": both})
    other, first = drawing.traces[:2]
    assert points(other) == [("2027-01-04", 20), ("2027-01-18", 20)]
    assert points(first) == [("2027-01-04", 19), ("2027-01-18", 18.05), ("2027-02-01", 0)]
    hover = first["text"][1].replace("\u00a0", " ")
    assert hover == "&lt;A&gt;<br>18 Jan – 31 Jan 2027<br>18.05 mg a day"
    assert drawing.description.replace("\u00a0", " ") == (
        "Daily doses of 2 plans. <A>: diazepam 19 mg at first, 2 steps, 4 Jan – 31 Jan 2027;"
        " B: lorazepam 20 mg at first, diazepam 20 mg at first, 1 steps, 4 Jan – 17 Jan 2027."
    )
