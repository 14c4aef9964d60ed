"""The app's states, without a browser: what a page shows, and what a click does to the plan."""

import base64
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from taper.drafts import Drafts, default_path

APP = str(Path(__file__).parent.parent / "app.py")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPER_DATA_DIR", str(tmp_path))


def opened(plan: str = "") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=20)
    app.context = {"timezone": "Europe/London", "theme": "light"}
    if plan:
        app.query_params["plan"] = plan
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception, [str(error.value) for error in app.exception]
    return app


def empty_plan() -> AppTest:
    return sound(opened().button(key="start").click().run())


def saved(app: AppTest) -> dict[str, Any]:
    draft = Drafts(default_path()).load(plan_id(app))
    assert draft is not None
    return draft.document


def plan_id(app: AppTest) -> str:
    held = app.query_params["plan"]
    return held if isinstance(held, str) else held[0]


def field(app: AppTest, label: str) -> Any:
    found: list[Any] = [
        widget
        for kind in (app.text_input, app.selectbox, app.date_input, app.get("button_group"))
        for widget in kind
        if cast(Any, widget).label == label
    ]
    assert len(found) == 1, (label, len(found))
    return found[0]


def put(app: AppTest, label: str, value: Any) -> AppTest:
    return sound(field(app, label).set_value(value).run())


def press(app: AppTest, label: str) -> AppTest:
    return sound(next(b for b in app.button if b.label == label).click().run())


def shown(app: AppTest) -> str:
    return "\n".join([*(element.value for element in app.html), *clickable(app)])


def clickable(app: AppTest) -> list[str]:
    """Read what is drawn as text with buttons in it: the findings, the schedule."""
    return [data["html"] for data in parts(app) if "html" in data]


def figures(app: AppTest) -> list[dict[str, Any]]:
    """Return the charts as the browser is told to draw them."""
    return [json.loads(data["figure"]) for data in parts(app) if "figure" in data]


def parts(app: AppTest) -> list[dict[str, Any]]:
    """Return what the page's own parts are given to show."""
    found = app.get("bidi_component")
    return [json.loads(cast(Any, part).proto.json or "{}") or {} for part in found]


def schedule_rows(app: AppTest) -> list[dict[str, str]]:
    """Read the schedule as a person does."""
    text = next(html for html in clickable(app) if "<table" in html)
    rows = [
        [re.sub("<[^>]*>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", re.sub(r'<span class="pad".*?</span>', "", text))
    ]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def choose(app: AppTest, option: str) -> AppTest:
    """Choose in the first menu that has this option."""
    menus: list[Any] = list(app.get("menu_button"))
    return sound(next(m for m in menus if option in m.options).click(option).run())


def menu(app: AppTest, key: str) -> Any:
    menus: list[Any] = list(app.get("menu_button"))
    return next(found for found in menus if found.key == key)


def reducing() -> AppTest:
    """A finished plan: clonazepam 10 % of current every 14 days to 0.5 mg, then stopped."""
    reduce = {
        "kind": "reduce", "drug": "clonazepam", "by": {"percent_of_current": "10"},
        "every_days": 14, "until_mg": "0.5", "taking_from": ["morning", "bedtime"],
    }  # fmt: skip
    document = {
        "format": "taper-plan/1",
        "times": ["morning", "noon", "evening", "bedtime"],
        "regimen": [{"drug": "clonazepam", "doses_mg": {"morning": "0.5", "bedtime": "1"}}],
        "phases": [reduce, {"kind": "stop", "drug": "clonazepam"}],
    }
    return opened(Drafts(default_path()).create(document, datetime.now(UTC)).id)


def start_on(app: AppTest, day: str) -> AppTest:
    return put(app, "Start date", date.fromisoformat(day))


class TestExample:
    """The first visit shows a worked example that cannot be mistaken for a patient's plan."""

    def test_is_marked_and_read_only(self) -> None:
        app = opened()
        assert "EXAMPLE" in shown(app)
        assert "EXAMPLE" in str(figures(app)[0])
        boxes = [box for box in app.text_input if box.label != "Step to look at"]
        assert boxes
        assert all(box.disabled for box in boxes)

    def test_opening_saves_nothing(self) -> None:
        app = opened()
        assert "plan" not in app.query_params
        assert not default_path().exists()

    def test_the_copy_has_no_label_and_no_start(self) -> None:
        app = sound(opened().button(key="duplicate").click().run())
        document = saved(app)
        assert "label" not in document
        assert "start" not in document
        assert document["phases"]


class TestEmptyPlan:
    """Nothing that changes a dose is filled in; what is blank is no error, but still needed."""

    def test_nothing_is_filled_in(self) -> None:
        app = empty_plan()
        doses = [box for box in app.text_input if not box.label.startswith("Time of day")]
        assert {box.value for box in doses} == {""}
        assert all(box.value is None for box in app.selectbox)
        assert field(app, "Start date").value is None

    def test_says_what_is_still_needed(self) -> None:
        text = shown(empty_plan())
        assert "Still needed:" in text
        assert "start date" in text
        assert 'class="fault" role' not in text

    def test_every_page_says_that_a_clinician_supervises(self) -> None:
        assert "A clinician has to supervise every taper" in shown(empty_plan())


class TestTyping:
    """What is typed is saved as typed; what is wrong is said beside the field."""

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            (".5", "write 0.5"),
            ("2,5", "use a point: 2.5"),
            ("1,000", "write 1000"),
            ("-5", "must not be below 0"),
            ("½", "write 0.5"),
            ("5 mg", "write 5 without a unit"),
            ("1e1", "plain digits"),
        ],
    )
    def test_a_wrong_dose(self, typed: str, said: str) -> None:
        app = put(put(empty_plan(), "Drug 1", "diazepam"), "diazepam, bedtime, mg", typed)
        assert said in shown(app)
        assert saved(app)["regimen"][0]["doses_mg"] == {"bedtime": typed}
        assert field(app, "diazepam, bedtime, mg").value == typed

    def test_days_are_whole_numbers(self) -> None:
        app = put(reducing(), "Reduce, Phase 1: days between steps", "0")
        assert "must be 1 to 365 days, got 0" in shown(app)
        app = put(app, "Reduce, Phase 1: days between steps", "7.5")
        assert "a whole number" in shown(app)

    def test_a_phase_is_saved_as_typed(self) -> None:
        app = press(put(put(empty_plan(), "Drug 1", "a"), "a, noon, mg", "2"), "reduce a")
        app = put(app, "Reduce, Phase 1: how much", "10")
        app = put(app, "Reduce, Phase 1: of what", "% of the current dose")
        app = put(app, "Reduce, Phase 1: days between steps", "14")
        assert saved(app)["phases"] == [
            {"kind": "reduce", "drug": "a", "by": {"percent_of_current": "10"}, "every_days": 14}
        ]

    def test_a_number_does_not_outlive_its_unit(self) -> None:
        app = put(reducing(), "Reduce, Phase 1: of what", "mg")
        assert field(app, "Reduce, Phase 1: how much").value == ""

    def test_a_typed_line_is_read_back_before_it_is_used(self) -> None:
        app = put(
            empty_plan(),
            "Or type a line: drug, then amount, mg and time, with commas between",
            "clonazepam 0.5 mg morning, 1 mg bedtime",
        )
        assert "Read as clonazePAM: morning 0.5" in shown(app)
        assert saved(app)["regimen"][0]["drug"] == ""
        app = press(app, "Use this")
        doses = {"morning": "0.5", "bedtime": "1"}
        assert saved(app)["regimen"] == [{"drug": "clonazepam", "doses_mg": doses}]

    def test_hostile_text_is_shown_literally(self) -> None:
        for text in ("**x**", "$x$", ":red[x]", "<script>alert(1)</script>"):
            app = put(put(empty_plan(), "Drug 1", text), "Name of this plan, nothing that "
                      "identifies the patient", text)  # fmt: skip
            assert "<script>" not in shown(app)
            labels = [button.label for button in app.button]
            assert text not in " ".join(labels)

    def test_names_for_screen_readers_are_as_typed(self) -> None:
        """A hidden label is no Markdown: what would be escaped there would be read out."""
        app = put(empty_plan(), "Drug 1", "**x**")
        assert field(app, "**x**, morning, mg").value == ""

    def test_every_field_has_a_name_of_its_own(self) -> None:
        app = press(press(reducing(), "switch clonazepam"), "typed steps")
        boxes: list[Any] = [*app.text_input, *app.selectbox, *app.date_input, *app.multiselect]
        names = [box.label for box in boxes]
        assert all(names)
        assert len(names) == len(set(names))


class TestUnfinishedPlan:
    """While something is missing the screen shows what there is, and says what is missing."""

    def taking(self) -> AppTest:
        return put(put(empty_plan(), "Drug 1", "clonazepam"), "clonazepam, bedtime, mg", "1.5")

    def test_what_is_taken_now_is_shown_before_the_first_phase_is_complete(self) -> None:
        app = press(self.taking(), "reduce clonazepam")
        assert "<dt>clonazepam a day, now</dt><dd>1.5\u00a0mg</dd>" in shown(app)
        assert "phase 1: how much" in shown(app)

    def test_a_wrong_dose_is_not_added_up(self) -> None:
        app = press(self.taking(), "reduce clonazepam")
        app = put(app, "clonazepam, morning, mg", ".5")
        assert "a day, now" not in shown(app)
        assert "the marked entries are right" in shown(app)

    def test_a_typed_step_needs_days_and_a_dose(self) -> None:
        app = press(self.taking(), "typed steps")
        assert "start date; phase 1: days; phase 1: a dose." in shown(app)

    def test_the_chart_stays_while_rounding_is_not_set(self) -> None:
        app = reducing()
        app = choose(app, "tablet")
        app = put(app, "Product 1: strength in mg", "0.5")
        app = put(app, "Product 1: may be taken whole or broken", "halves")
        assert figures(app)
        assert "rounding" in shown(app).partition("Still needed:")[2]
        assert "without rounding to the products" in shown(app)

    def test_faults_are_told_in_words_on_the_sheets_page(self) -> None:
        app = put(reducing(), "Reduce, Phase 1: days between steps", "0")
        app = sound(app.button(key="print").click().run())
        assert "phase 1: days between steps: must be 1 to 365 days, got 0" in shown(app)
        assert "phases[" not in shown(app)


class TestOrders:
    """Any order of any number of times can be set."""

    def four(self) -> AppTest:
        app = put(empty_plan(), "Drug 1", "baclofen")
        for time in ("morning", "noon", "evening", "bedtime"):
            app = put(app, f"baclofen, {time}, mg", "10")
        return press(app, "reduce baclofen")

    def test_an_order_of_four_times_is_picked_one_by_one(self) -> None:
        app = put(self.four(), "Reduce, Phase 1: taking from", "one time after another")
        assert "taking_from" not in saved(app)["phases"][0]
        order = ["noon", "bedtime", "morning", "evening"]
        (picked,) = app.multiselect
        app = sound(picked.set_value(order).run())
        assert saved(app)["phases"][0]["taking_from"] == order
        assert field(opened(plan_id(app)), "Reduce, Phase 1: taking from").value

    def test_each_time_in_turn(self) -> None:
        app = put(self.four(), "Reduce, Phase 1: taking from", "each time in turn")
        (picked,) = app.multiselect
        app = sound(picked.set_value(["noon", "morning"]).run())
        assert saved(app)["phases"][0]["taking_from"] == {"in_turn": ["noon", "morning"]}
        app = sound(app.button(key="undo").click().run())
        assert "taking_from" not in saved(app)["phases"][0]


class TestMenus:
    """What is seldom set stands in the menu of its phase or product."""

    def test_a_phase_has_rounding_of_its_own(self) -> None:
        app = reducing()
        app = choose(app, "Here round down")
        assert saved(app)["phases"][0]["rounding"] == "down"
        assert "rounded down" in shown(app)

    def test_the_words_on_the_box(self) -> None:
        app = put(empty_plan(), "Drug 1", "diazepam")
        app = choose(choose(app, "tablet"), "Words on the box")
        app = put(app, "Product 1: words on the box", "V5")
        assert saved(app)["products"][0]["label"] == "V5"


class TestFinishedPlan:
    """A finished plan has an end, a chart and a table; without a start date days are counted."""

    def test_without_a_start_date_days_are_counted(self) -> None:
        text = shown(reducing())
        assert "day 155" in text
        assert "Still needed:" in text

    def test_with_a_start_date_it_is_whole(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        assert "Still needed" not in shown(app)
        assert "first day without" in shown(app)
        assert schedule_rows(app)[0]["Dates"] == "4 Jan – 17 Jan 2027"

    def test_the_last_step_to_nothing_is_told_apart(self) -> None:
        assert ", then to\N{NO-BREAK SPACE}0" in shown(start_on(reducing(), "2027-01-04"))

    def test_it_comes_back_by_its_link(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        again = opened(plan_id(app))
        assert field(again, "clonazepam, bedtime, mg").value == "1"
        assert "Still needed" not in shown(again)

    def test_undo_and_redo(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        app = put(app, "Reduce, Phase 1: days between steps", "21")
        app = sound(app.button(key="undo").click().run())
        assert field(app, "Reduce, Phase 1: days between steps").value == "14"
        assert saved(app)["phases"][0]["every_days"] == 14
        app = sound(app.button(key="redo").click().run())
        assert field(app, "Reduce, Phase 1: days between steps").value == "21"

    def test_a_phase_takes_its_numbers_along_when_it_moves(self) -> None:
        app = press(reducing(), "hold")
        app = put(app, "Hold, Phase 3: days", "9")
        menu: Any = app.get("menu_button")[-1]
        app = sound(menu.click("Move up").run())
        assert [phase["kind"] for phase in saved(app)["phases"]] == ["reduce", "hold", "stop"]
        assert field(app, "Hold, Phase 2: days").value == "9"


class TestTable:
    """The schedule is text: a row for each step, to be read out, copied and walked by keys."""

    def test_has_a_row_for_each_step(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        rows = schedule_rows(app)
        assert [row["Step"] for row in rows] == [str(number) for number in range(1, 12)]
        assert (rows[0]["mg a day"], rows[0]["Change %"]) == ("1.35", "−10")
        assert shown(app).count('<th scope="row">') == 11

    def test_points_stand_under_each_other(self) -> None:
        text = shown(start_on(reducing(), "2027-01-04"))
        assert '<td>1.35<span class="pad" aria-hidden="true">\u2007</span></td>' in text

    def test_more_columns_are_shown_when_asked_for(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        assert "Basis" not in schedule_rows(app)[0]
        app = showing(app)
        more = next(box for box in app.multiselect if box.label == "More columns in the table")
        app = sound(more.set_value(["Basis", "Ideal mg"]).run())
        row = schedule_rows(app)[0]
        assert row["Basis"].startswith("1.5\u00a0mg − 10\u00a0%")
        assert row["Ideal mg"] == "1.35"

    def test_the_example_can_be_looked_at_but_not_changed(self) -> None:
        text = shown(opened())
        assert 'data-act="step:5"' in text
        assert 'data-act="edit:' not in text


def showing(app: AppTest) -> AppTest:
    """Open what the chart can show besides the doses."""
    app.session_state["show"] = True
    return sound(app.run())


class TestFindings:
    """A fact is said once, and under it the figure of each source with its own steps."""

    def test_the_same_fact_is_said_once(self) -> None:
        listed = next(html for html in clickable(opened()) if "finding" in html)
        fact = "in steps of the same size in mg: up to 50"
        assert listed.count(fact) == 1
        item = next(one for one in listed.split("<li ") if fact in one)
        assert item.count('class="figure"') == 2
        for source in ("ASAM guideline (2025)", "Family Practice Notebook"):
            assert source in item
        assert 'data-act="step:32"' in item.partition("Family Practice Notebook")[0]


class TestChosenStep:
    """A chosen step is framed in the chart, marked in the table, and its findings come first."""

    def test_by_its_number(self) -> None:
        app = put(start_on(reducing(), "2027-01-04"), "Step to look at", "3")
        assert '<tr class="chosen" data-act="step:3">' in shown(app)
        assert "At step 3: " in shown(app)
        assert "1 Feb – 14 Feb 2027" in shown(app)
        spec = figures(app)[0]
        assert any(
            (shape["type"], shape.get("x0"), shape.get("x1"), shape["line"]["width"])
            == ("rect", "2027-02-01", "2027-02-15", 2)
            for shape in spec["layout"]["shapes"]
        )

    def test_a_number_that_no_step_has_chooses_none(self) -> None:
        app = put(start_on(reducing(), "2027-01-04"), "Step to look at", "99")
        assert 'class="chosen"' not in shown(app)

    def test_opens_in_the_drawer_and_is_let_go(self) -> None:
        app = put(start_on(reducing(), "2027-01-04"), "Step to look at", "3")
        assert app.session_state["session"].step is None
        opened_app = press(app, "Change by hand")
        assert opened_app.session_state["session"].step == 3
        assert 'class="chosen"' not in shown(press(app, "All steps"))

    def test_stays_while_the_plan_changes(self) -> None:
        app = put(start_on(reducing(), "2027-01-04"), "Step to look at", "3")
        app = put(app, "Reduce, Phase 1: days between steps", "21")
        assert '<tr class="chosen" data-act="step:3">' in shown(app)


class TestShow:
    """Pace, equivalents and dates are shown when they are asked for, and stay through edits."""

    def test_nothing_is_chosen_at_first(self) -> None:
        app = showing(start_on(reducing(), "2027-01-04"))
        assert field(app, "Reduction within any").value is None
        assert field(app, "Total in diazepam equivalents, by").value is None
        assert "Reduction" not in str(figures(app)[0])

    def test_a_published_figure_is_a_line_with_its_source(self) -> None:
        app = put(showing(start_on(reducing(), "2027-01-04")), "Reduction within any", "14 days")
        lines = next(box for box in app.multiselect if "published figures" in box.label)
        assert lines.value == []
        label = "25\u00a0% in 14\u00a0days, ceiling: ASAM guideline (2025)"
        app = sound(lines.set_value([label]).run())
        assert label in str(figures(app)[0]).replace("\\xa0", "\u00a0")
        app = put(app, "Reduce, Phase 1: days between steps", "21")
        assert "ASAM guideline (2025)" in str(figures(app)[0])

    def test_the_dates_shown_stay_through_an_edit(self) -> None:
        app = put(showing(start_on(reducing(), "2027-01-04")), "Step to look at", "3")
        app = put(app, "Dates in the chart", "the chosen step and those beside it")
        app = put(app, "Reduce, Phase 1: days between steps", "21")
        spec = figures(app)[0]
        assert spec["layout"]["xaxis"]["range"] == ["2027-01-03", "2027-04-21"]
        assert "Only the chosen step and those beside it." in shown(app)
        app = press(app, "Whole taper")
        assert "Only the chosen" not in shown(app)


class TestSheets:
    """What stands on the screen is printed; what is unfinished is not."""

    def test_an_unfinished_plan_says_what_is_missing(self) -> None:
        app = sound(reducing().button(key="print").click().run())
        assert "Not ready to print" in [heading.value for heading in app.subheader]
        assert "start date" in shown(app)

    def test_a_finished_plan_shows_its_pages_and_files(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        app = sound(app.button(key="print").click().run())
        labels = [button.label for button in app.button]
        assert {"PDF", "Steps", "Each day", "Supply", "Plan file"} <= set(labels)
        assert len(app.get("image")) >= 1
        app = sound(app.button(key="directions").click().run())
        assert "clonazepam" in app.code[0].value

    def test_words_for_the_sheets_stay_with_the_plan(self) -> None:
        """They are there after a reload, in any browser that has the link, and go with the plan."""
        plan = plan_id(start_on(reducing(), "2027-01-04"))

        def missed_dose() -> tuple[AppTest, Any]:
            app = press(opened(plan), "Sheets")
            app.session_state["own-words"] = True
            app = sound(app.run())
            return app, next(w for w in app.text_area if w.label == "If a dose is missed")

        sound(missed_dose()[1].set_value("Call the ward.").run())
        assert missed_dose()[1].value == "Call the ward."
        drafts = Drafts(default_path())
        assert drafts.beside(plan, "words")
        drafts.delete(plan)
        assert drafts.beside(plan, "words") == {}

    def test_a_review_counts_for_this_schedule_alone(self) -> None:
        app = start_on(reducing(), "2027-01-04")
        app = sound(app.button(key="print").click().run())
        app = sound(app.button(key="reviewed").click().run())
        assert "name and role" in shown(app)
        app.text_input(key="reviewer-name").set_value("A. Clinician")
        app.text_input(key="reviewer-role").set_value("GP")
        app = sound(app.button(key="reviewed").click().run())
        assert "Reviewed by A. Clinician, GP. Any change ends this." in shown(app)
        for label, says in (("Calendar", b"A. Clinician"), ("FHIR", b'"status": "active"')):
            app = sound(app.button(key=f"save {label}").click().run())
            made = base64.b64decode(app.session_state["session"].file["base64"])
            assert says in made.replace(b"\r\n ", b"")
        app = put(app, "Name of this plan, nothing that identifies the patient", "another")
        assert "DRAFT until you confirm it." in shown(app)

    @pytest.mark.parametrize(
        ("label", "begins"), [("Calendar", b"BEGIN:VCALENDAR"), ("FHIR", b'{\n  "resourceType"')]
    )
    def test_files_for_other_programs_are_handed_out(self, label: str, begins: bytes) -> None:
        app = start_on(reducing(), "2027-01-04")
        app = sound(app.button(key="print").click().run())
        app = sound(app.button(key=f"save {label}").click().run())
        file = app.session_state["session"].file
        assert base64.b64decode(file["base64"]).startswith(begins)


class TestEdits:
    """A step changed by hand says so; one made for another dose is kept or removed, not used."""

    def edited(self) -> AppTest:
        app = start_on(reducing(), "2027-01-04")
        app.session_state["session"].step = 3
        app = sound(app.run())
        app = put(app, "Days", "28")
        return sound(next(b for b in app.button if b.label == "Save as edit").click().run())

    def test_is_marked_in_the_table(self) -> None:
        assert schedule_rows(self.edited())[2]["Note"] == "by hand"
        assert 'class="by-hand"' in shown(self.edited())

    def test_is_saved_with_what_it_was(self) -> None:
        document = saved(self.edited())
        assert document["edits"] == [{"step": 3, "days": 28, "was_mg": {"clonazepam": "1.094"}}]

    def test_a_stale_edit_is_told_before_the_start_date_is_set(self) -> None:
        app = sound(self.edited().button(key="duplicate").click().run())
        assert "another dose now" not in shown(app)
        app = put(app, "clonazepam, bedtime, mg", "2")
        assert "another dose now" in shown(app)

    def test_a_stale_edit_is_kept_or_removed(self) -> None:
        app = put(self.edited(), "clonazepam, bedtime, mg", "2")
        assert "another dose now" in shown(app)
        kept = press(app, "Keep")
        assert "another dose now" not in shown(kept)
        assert saved(kept)["edits"][0]["was_mg"] != {"clonazepam": "1.094"}
        assert "edits" not in saved(press(kept, "Remove"))

    def test_a_stale_edit_is_moved_to_a_step_that_the_clinician_picks(self) -> None:
        app = put(self.edited(), "clonazepam, bedtime, mg", "2")
        assert "clonazepam 1.094 → 1.822\u00a0mg a day" in shown(app)
        where = field(app, "Move the change to which step")
        assert where.value is None
        app = sound(where.set_value(next(o for o in where.options if "step 5:" in o)).run())
        assert "another dose now" not in shown(app)
        (edit,) = saved(app)["edits"]
        assert (edit["step"], edit["days"]) == (5, 28)
        assert schedule_rows(app)[4]["Note"] == "by hand"
        assert schedule_rows(app)[4]["Days"] == "28"
        app = sound(app.button(key="undo").click().run())
        assert saved(app)["edits"][0]["step"] == 3
        app = sound(app.button(key="redo").click().run())
        assert saved(app)["edits"][0]["step"] == 5

    def test_an_edit_of_a_step_that_is_no_more_is_moved_or_removed(self) -> None:
        app = put(self.edited(), "Reduce, Phase 1: until this daily dose in mg", "1.3")
        assert "There is no step 3 any more, the last one is step 2" in shown(app)
        assert not [b for b in app.button if b.label == "Keep"]
        where = field(app, "Move the change to which step")
        moved = sound(where.set_value(where.options[0]).run())
        assert saved(moved)["edits"][0]["step"] == 1


class TestSaving:
    """A link to nothing, two windows, and a disk that refuses are told plainly."""

    def test_an_unknown_link(self) -> None:
        app = opened("no-such-plan")
        assert "There is no plan under this link" in shown(app)
        assert not app.text_input or all(box.value == "" for box in app.text_input)

    def test_another_window_changed_the_plan(self) -> None:
        first = put(empty_plan(), "Drug 1", "diazepam")
        second = opened(plan_id(first))
        put(second, "Drug 1", "lorazepam")
        first = put(first, "diazepam, bedtime, mg", "4")
        assert "changed in another window" in shown(first)
        assert saved(first)["regimen"][0]["drug"] == "lorazepam"
        mine = sound(first.button(key="keep-mine").click().run())
        assert plan_id(mine) != plan_id(second)
        assert saved(mine)["regimen"][0] == {"drug": "diazepam", "doses_mg": {"bedtime": "4"}}

    def test_a_disk_that_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        app = put(empty_plan(), "Drug 1", "diazepam")

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(Drafts, "save", full)
            app = put(app, "diazepam, bedtime, mg", "4")
            assert "Not saved: " in shown(app)
            assert field(app, "diazepam, bedtime, mg").value == "4"
        app = put(app, "diazepam, morning, mg", "2")
        assert "Not saved" not in shown(app)
        assert saved(app)["regimen"][0]["doses_mg"] == {"bedtime": "4", "morning": "2"}


def test_the_page_is_drawn_in_its_place_wherever_the_run_before_left_off() -> None:
    """The framework begins a run where it left off after the chart was drawn alone."""

    def script() -> None:
        import streamlit as st

        from taper.ui.main import run

        st.container(key="left-off").__enter__()
        run()

    app = sound(AppTest.from_function(script, default_timeout=20).run())
    (left_off,) = (at for at in app.main.children.values() if "left-off" in str(at.proto))
    assert not left_off.children
    assert field(app, "Drug 1")


def test_a_field_that_was_told_another_value_is_told_again_and_its_old_ones_are_no_answer() -> None:
    """What a run drew is not sent where the next one begins before it is on its way."""
    app = reducing()
    label = "Reduce, Phase 1: days between steps"
    put(app, label, "21")
    start_on(app, "2027-01-04")
    put(app, label, "28")
    assert field(app, label).proto.set_value is False
    for _ in range(3):
        press(app, "Undo")
    assert (field(app, label).value, field(app, label).proto.set_value) == ("14", True)
    app.run()  # as if both were broken off
    assert (field(app, label).value, field(app, label).proto.set_value) == ("14", True)
    for unheard in ("28", "21"):  # what the browser says that heard of neither
        put(app, label, unheard)
        assert saved(app)["phases"][0]["every_days"] == 14
        assert field(app, label).value == "14"
    put(app, label, "30")
    assert saved(app)["phases"][0]["every_days"] == 30
    assert field(app, label).proto.set_value is False  # nothing takes away what is being typed
