"""Care for whole plans in a real browser: whose list it is, Back, deleting for good."""

from playwright.sync_api import Browser, Page, expect

NAME = "Name of this plan, nothing that identifies the patient"


def settled(page: Page) -> None:
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning"
    )


def named(page: Page, url: str, name: str) -> str:
    """Make an empty plan of that name; returns its address."""
    page.goto(url)
    page.get_by_role("button", name="Start an empty plan").click()
    label = page.get_by_role("textbox", name=NAME)
    label.fill(name)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    settled(page)
    return page.url


def test_the_list_is_of_this_browser_alone(page: Page, browser: Browser, app_url: str) -> None:
    first = named(page, app_url, "ward 3")
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.get_by_role("textbox", name=NAME)).to_have_value("")
    page.locator(".st-key-open button").first.click()
    listed = page.get_by_role("dialog")
    listed.get_by_role("button", name="ward 3", exact=True).click()
    expect(page.get_by_role("textbox", name=NAME)).to_have_value("ward 3")
    assert page.url == first
    page.go_back()
    expect(page.get_by_role("textbox", name=NAME)).to_have_value("")
    page.go_back()
    expect(page.get_by_role("textbox", name=NAME)).to_have_value("ward 3")
    cookies = {each["name"]: each for each in page.context.cookies()}
    cookie = cookies["taper-browser"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert "taper-browser" not in page.evaluate("document.cookie")

    stranger = browser.new_context()
    try:
        other = stranger.new_page()
        other.goto(app_url)
        other.locator(".st-key-open button").first.click()
        expect(other.get_by_text("will be listed here")).to_be_visible()
    finally:
        stranger.close()


def test_a_plan_is_deleted_from_the_list_with_a_second_click(page: Page, app_url: str) -> None:
    named(page, app_url, "ward 4")
    page.locator(".st-key-open button").first.click()
    listed = page.get_by_role("dialog")
    listed.get_by_role("button", name="take off the list, delete").click()
    page.get_by_role("menuitem", name="Delete for good").click()
    listed.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("EXAMPLE, read only")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("There is no plan under this link")).to_be_visible()
