"""What a clinician looks up, from the first page, in at most three actions."""

from playwright.sync_api import Locator, Page, expect

MOST_ACTIONS = 3


class Looking:
    """Clicks and typing on the way to a fact; each is one action."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def click(self, role: str, name: str) -> None:
        self.actions += 1
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    def search(self, words: str) -> None:
        self.actions += 1
        self.page.get_by_role("searchbox").fill(words)

    def reads(self, what: Locator) -> None:
        """Check that it stands on the screen, without scrolling, soon enough."""
        expect(what).to_be_in_viewport(ratio=1)
        assert self.actions <= MOST_ACTIONS


def row(page: Page, head: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=head))


def half_life_of_lorazepam(looking: Looking) -> None:
    looking.click("button", "Reference")
    looking.search("lorazepam")
    found = row(looking.page, "LORazepam").first.get_by_role("listitem")
    looking.reads(found.filter(has_text="10 to 20\u00a0h").filter(has_text="JAMA (2013)"))


def how_far_sources_differ_on_alprazolam(looking: Looking) -> None:
    looking.click("button", "Reference")
    looking.click("radio", "Equivalents")
    looking.search("alprazolam")
    spread = "0.5 to 1\u00a0mg: the largest is 2 times the smallest"
    looking.reads(row(looking.page, "ALPRAZolam").get_by_text(spread))


def ceiling_of_asam(looking: Looking) -> None:
    looking.click("button", "Reference")
    looking.click("radio", "Pace")
    looking.reads(row(looking.page, "ASAM guideline (2025)").get_by_text("at most 25\u00a0%").first)


def what_to_do_about_hallucinations(looking: Looking) -> None:
    looking.click("button", "Reference")
    looking.search("hallucinations")
    real = row(looking.page, "seeing or hearing things, and taking them for real")
    looking.reads(real.get_by_text("Emergency: now"))


def signs_by_the_line_on_every_page(looking: Looking) -> None:
    looking.click("button", "Signs that need help now")
    looking.reads(
        looking.page.get_by_role("dialog").get_by_text("seeing or hearing things", exact=True)
    )


LOOKUPS = (
    half_life_of_lorazepam,
    how_far_sources_differ_on_alprazolam,
    ceiling_of_asam,
    what_to_do_about_hallucinations,
    signs_by_the_line_on_every_page,
)


def test_three_actions_at_most(page: Page, app_url: str) -> None:
    """From the front page, then from a page on which nothing is looked up."""
    page.goto(app_url)
    for look in LOOKUPS:
        looking = Looking(page)
        look(looking)
        print(f"{look.__name__}: {looking.actions} actions")
        if look is not LOOKUPS[-1]:
            page.get_by_role("button", name="About", exact=True).click()
            expect(page.get_by_text("What Taper is for")).to_be_visible()


def test_the_source_is_one_click_away_and_a_search_is_text(page: Page, app_url: str) -> None:
    page.goto(app_url)
    looking = Looking(page)
    looking.click("button", "Reference")
    looking.click("radio", "Pace")
    first = row(page, "ASAM guideline (2025)").first
    first.get_by_text("ASAM guideline (2025)").click()
    title = "Joint Clinical Practice Guideline on Benzodiazepine Tapering, pocket guide"
    expect(first.get_by_text(title)).to_be_visible()
    expect(first.get_by_text("key takeaway 5, p. 4")).to_be_visible()
    link = first.get_by_role("link")
    expect(link).to_have_attribute("href", "https://eguideline.guidelinecentral.com/i/1532950")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    hostile = "<img src=x onerror=alert(1)> **b** $x$"
    looking.search(hostile)
    expect(page.get_by_role("status").filter(has_text="nothing found")).to_contain_text(hostile)


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app_url)
    page.get_by_role("button", name="Reference", exact=True).click()
    page.get_by_role("searchbox").fill("oxazepam")
    expect(page.get_by_text("Half-lives and products")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
