"""The field of a drug: what is typed is never lost, however the field is left."""

from playwright.sync_api import Page, expect


def test_a_typed_name_stays_and_a_matching_one_is_chosen(page: Page, app_url: str) -> None:
    page.goto(app_url)
    page.get_by_role("button", name="Start an empty plan", exact=True).click()
    drug = page.get_by_role("textbox", name="Drug 1", exact=True)
    own = page.get_by_text("no facts in the reference")
    for leave in ("Tab", "Enter"):
        drug.click()
        page.keyboard.type(f"own {leave}")
        page.keyboard.press(leave)
        expect(own).to_be_visible()
        expect(drug).to_have_value(f"own {leave}")
        drug.fill("")
        expect(own).to_be_hidden()
    drug.fill("clona")
    page.get_by_role("button", name="clonazePAM", exact=True).click()
    expect(drug).to_have_value("clonazepam")
    facts = page.get_by_role("button", name="Facts on clonazePAM")
    facts.click()
    expect(page.get_by_text("Active metabolites", exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name="clonazepam, morning, mg")).to_have_value("")
