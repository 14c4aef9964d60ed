"""Rules that every page keeps at every size: nothing too wide, covered or cut off."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

import screens

SIZES: tuple[ViewportSize, ...] = (
    {"width": 1366, "height": 768},
    {"width": 1920, "height": 1080},
    {"width": 390, "height": 844},
)

OFFENCES = """() => {
  const said = [], root = document.documentElement;
  document.querySelector('.stMain').scrollTop = 0;  // what is scrolled goes under the head
  for (const box of [root, document.querySelector('.stMain')])
    if (box.scrollWidth > box.clientWidth) said.push(`the page is ${box.scrollWidth} px wide`);
  const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && !e.closest('.js-plotly-plot, [aria-hidden="true"]');
  const shown = e => {  // the part of an element that no scrolled box cuts off
    const r = e.getBoundingClientRect(), box = [r.left, r.top, r.right, r.bottom];
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflow === 'visible') continue;
      const cut = up.getBoundingClientRect();
      box[0] = Math.max(box[0], cut.left); box[1] = Math.max(box[1], cut.top);
      box[2] = Math.min(box[2], cut.right); box[3] = Math.min(box[3], cut.bottom);
    }
    return box;
  };
  const name = e => (e.getAttribute('aria-label') || e.innerText || e.id || e.className.toString()
    || e.tagName).trim().slice(0, 60);
  const controls = [...document.querySelectorAll(
    'button, a[href], input, textarea, summary, [role=combobox], [role=spinbutton]')].filter(seen)
    .map(e => [e, shown(e)]).filter(([, b]) => b[2] - b[0] > 4 && b[3] - b[1] > 4);
  controls.forEach(([a, p], at) => controls.slice(at + 1).forEach(([b, q]) => {
    const wide = Math.min(p[2], q[2]) - Math.max(p[0], q[0]);
    const tall = Math.min(p[3], q[3]) - Math.max(p[1], q[1]);
    const one = a.closest('.stElementContainer');
    if (wide > 2 && tall > 2 && !(one && one === b.closest('.stElementContainer')))
      said.push(`"${name(a)}" lies over "${name(b)}"`);
  }));
  for (const e of document.querySelectorAll('.stApp *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const style = getComputedStyle(e);
    const typed = e.tagName === 'INPUT' && e.type === 'text' && e.value;
    if (!(own || typed) || !seen(e) || e.clientWidth < 2) continue;
    if (e.scrollWidth <= e.clientWidth + 1) continue;
    const cut = ['hidden', 'clip'].includes(style.overflowX);
    if (style.getPropertyValue('--spoken')) continue;  // its first sign is seen, the rest is heard
    const hidden = cut && style.textOverflow !== 'ellipsis';
    // A number that is cut off reads as another number.
    if (hidden || typed && /\\d/.test(e.value)) said.push(`"${e.value || name(e)}" is cut off`);
  }
  return said;
}"""


def test_every_page_keeps_the_rules_at_every_size(
    page: Page, app_url: str, server_log: Path
) -> None:
    page.goto(screens.link(app_url, server_log, screens.FULL))
    found = []
    for name in screens.pages(page):
        screens.turn_to(page, name)
        for size in SIZES:
            page.set_viewport_size(size)
            screens.settled(page)
            page.wait_for_timeout(150)  # the chart is drawn anew for the new width
            said = page.evaluate(OFFENCES)
            found += [f"{name} at {size['width']} × {size['height']}: {one}" for one in said]
    assert not "\n".join(found)


class Looked:
    """What was found so far in the states of a page, on a laptop and on a phone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    def at(self, state: str) -> None:
        for size in (SIZES[0], SIZES[2]):
            self.page.set_viewport_size(size)
            screens.settled(self.page)
            self.page.wait_for_timeout(150)
            said = self.page.evaluate(OFFENCES)
            self.found += [f"{state} at {size['width']}: {one}" for one in said]
        self.page.set_viewport_size(SIZES[0])

    def nothing(self) -> None:
        assert not "\n".join(self.found)


def choose(page: Page, field: str, option: str) -> None:
    box = page.get_by_role("combobox", name=field, exact=True)
    box.click()
    box.fill(option)  # a menu that the scrolling closed opens again
    page.get_by_role("option", name=option, exact=True).click()
    screens.settled(page)


@pytest.mark.long
def test_every_state_of_the_follow_up_page_keeps_the_rules(
    page: Page, app_url: str, server_log: Path
) -> None:
    looked = Looked(page)
    page.goto(screens.link(app_url, server_log, screens.FULL))
    screens.pages(page)
    screens.turn_to(page, "Follow-up")
    looked.at("no record yet")
    for number, taken in enumerate(("nothing", "other doses"), 1):
        page.get_by_role("button", name="Otherwise, for some days").click()
        choose(page, f"Period {number}: what was taken", taken)
        page.wait_for_timeout(150)
        screens.settled(page)  # the answer moves what is clicked next
    page.get_by_role("button", name="thoughts of suicide").click()
    page.locator(".st-key-visit-more summary").click()
    page.get_by_role("button", name="Add a scale").click()
    page.get_by_role("button", name="Save this visit").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    looked.at("a visit with blanks")

    record = screens.followed()
    plan = record.versions[-1].plan
    assert plan
    address = screens.link(app_url, server_log, plan.to_document())
    screens.keep_record(address, server_log, record)
    page.goto(address)
    screens.pages(page)
    screens.turn_to(page, "Follow-up")
    choose(page, "Version to compare with", "1")
    expect(page.get_by_text("Dotted in the chart: all of version 1.")).to_be_visible()
    looked.at("versions compared")
    for kind in screens.GOING_ON:
        choose(page, "What goes on", kind)
        expect(page.get_by_role("heading", name="Version 4")).to_be_visible()
        looked.at(kind)
    page.get_by_role("spinbutton", name="year, Next version from").click()
    page.keyboard.type("20270601")
    page.keyboard.press("Escape")
    page.locator(".st-key-left-over summary").click()
    expect(page.get_by_text("not sure: other doses").first).to_be_visible()
    looked.at("tablets left over")
    looked.nothing()


def test_compare_with_four_variants_keeps_the_rules(
    page: Page, app_url: str, server_log: Path
) -> None:
    address = screens.link(app_url, server_log, screens.FULL)
    slower = {**screens.FULL, "start": "2027-02-01", "edits": []}
    copies = {"W" * 60: screens.FULL, "a name of several words " * 2: slower, "third": slower}
    drafts = screens.store(server_log)
    drafts.keep_beside(address.split("plan=")[1], "copies", copies)
    page.goto(address)
    screens.pages(page)
    screens.turn_to(page, "Compare")
    expect(page.locator("table.compared thead th")).to_have_count(4)
    looked = Looked(page)
    looked.at("four variants")
    looked.nothing()


def test_the_chart_stays_in_view_while_the_last_phase_is_edited(
    page: Page, app_url: str, server_log: Path
) -> None:
    page.set_viewport_size(SIZES[0])
    page.goto(screens.link(app_url, server_log, screens.FULL))
    chart = page.locator(".js-plotly-plot")
    expect(chart).to_be_visible()
    screens.settled(page)
    field = page.get_by_role("textbox", name="Reduce, Phase 4: days between steps", exact=True)
    field.scroll_into_view_if_needed()
    field.click()
    expect(chart).to_be_in_viewport(ratio=0.95)
    before = page.evaluate("document.querySelector('.stMain').scrollTop")
    top = field.bounding_box()
    field.fill("21")
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    screens.settled(page)
    expect(chart).to_have_count(1)
    expect(chart).to_be_in_viewport(ratio=0.95)
    expect(field).to_be_focused()
    assert page.evaluate("document.querySelector('.stMain').scrollTop") == before
    assert field.bounding_box() == top


@pytest.mark.long
def test_a_list_that_opens_is_seen_whole(page: Page, app_url: str, server_log: Path) -> None:
    page.goto(screens.link(app_url, server_log, screens.FULL))
    for size in SIZES:
        page.set_viewport_size(size)
        for name in ("Show", "Times of day", "Templates"):
            screens.settled(page)
            page.get_by_role("button", name=name).click()
            opened = page.get_by_test_id("stPopoverBody")
            expect(opened).to_be_in_viewport(ratio=1)
            cut = opened.evaluate("e => e.scrollHeight - e.clientHeight")
            assert cut <= 1, f"{name} at {size}"
            screens.escape(page)
            expect(opened).to_have_count(0)


def test_the_head_stays_where_there_is_room_and_is_small_where_there_is_none(
    page: Page, app_url: str, server_log: Path
) -> None:
    page.goto(screens.link(app_url, server_log, screens.FULL))
    laptop, _, phone = SIZES
    said = page.get_by_text("Saved")
    for size, seen in ((laptop, 1), (phone, 0)):
        page.set_viewport_size(size)
        page.get_by_role("button", name="Add drug").scroll_into_view_if_needed()
        page.get_by_role("button", name="go on", exact=True).scroll_into_view_if_needed()
        expect(said).to_be_in_viewport(ratio=1) if seen else expect(said).not_to_be_in_viewport()
    notice = page.locator(".st-key-notice").bounding_box()
    assert notice
    assert notice["height"] <= 90
    assert page.get_by_role("button", name="Signs that need help now").is_visible()


def test_the_doses_of_the_schedule_are_seen_on_a_phone(
    page: Page, app_url: str, server_log: Path
) -> None:
    page.set_viewport_size(SIZES[2])
    page.goto(screens.link(app_url, server_log, screens.FULL))
    table = page.get_by_role("table", name="Schedule, doses in mg")
    table.scroll_into_view_if_needed()
    expect(table.get_by_role("columnheader", name="noon")).to_be_in_viewport(ratio=1)


def test_a_typed_dose_stands_under_its_time_at_every_size(
    page: Page, app_url: str, server_log: Path
) -> None:
    long = "W" * 60
    step = {"days": 1, "doses_mg": {"lorazepam": {"morning": "1"}, long: {"bedtime": "5"}}}
    plan = screens.FULL | {"phases": [{"kind": "set", "steps": [step, step]}]}
    page.goto(screens.link(app_url, server_log, plan))
    for size in SIZES:
        page.set_viewport_size(size)
        screens.settled(page)
        for words in page.locator(".words.drug").all():
            name = words.bounding_box()
            assert name
            assert name["x"] + name["width"] <= size["width"]
        heads = page.locator('[data-testid="stVerticalBlock"] .heads').last.locator("span")
        for at, time in enumerate(plan["times"]):
            head = heads.nth(at).bounding_box()
            assert head
            for number, drug in ((1, "lorazepam"), (2, long)):
                label = f"Phase 1, typed step {number}: {drug}, {time}, mg"
                field = page.get_by_role("textbox", name=label, exact=True).bounding_box()
                assert field
                assert abs(field["x"] - head["x"]) < 20, (size, label)
