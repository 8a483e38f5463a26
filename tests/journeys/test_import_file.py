"""A file imported in a browser: uploaded, understood, corrected, applied, undone."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.journeys.looks import opened, to_mend

# A title above, a decimal point that every number leaves open, and a district that is not ours.
TABLE = b"""Trygghet i bostadsomr\xe5den

Omr\xe5de,M\xe5tt,2022,2023,2024,2025
Centrum,Andel trygga,61.600,60.900,59,57.525
Norr,Andel trygga,70.100,70.900,71,72.125
"""
NAME = "Centrum | Andel trygga"


def looks(page: Page) -> list[str]:
    """What is to be mended wide and light, and narrow and dark."""
    page.set_viewport_size({"width": 1200, "height": 800})
    page.emulate_media(color_scheme="light")
    found = to_mend(page)
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(color_scheme="dark")
    return found + to_mend(page)


def test_imports_corrects_and_undoes_a_file(browser: Browser, site: tuple[str, str]) -> None:
    """What was understood stands beside the sheet, is put right, applied as one and undone as one."""
    page = opened(browser, site, width=1200, scheme="light", language="en")
    page.goto(f"{site[0]}/projects/centre/import")
    assert looks(page) == []
    page.locator("#file").set_input_files({"name": "trygghet.csv", "mimeType": "text/csv", "buffer": TABLE})
    page.get_by_role("button", name="Upload and look at it").click()
    # The sheet itself, each cell with what it was taken for.
    sheet = page.get_by_role("region", name="The sheet as it was understood")
    expect(sheet.locator("td.cell-note").first).to_have_text("Trygghet i bostadsområden")
    expect(sheet.locator("td.cell-head", has_text="2024")).to_be_visible()
    expect(page.get_by_text("Nothing to import yet")).to_be_visible()
    # A header that somebody says wrongly is told, and put right again.
    page.get_by_label("First row of the header").fill("9")
    page.get_by_label("Last row of the header").fill("9")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_text("No table of values was found").first).to_be_visible()
    page.get_by_label("First row of the header").fill("3")
    page.get_by_label("Last row of the header").fill("3")
    page.get_by_role("button", name="Read it again").click()
    page.get_by_label(f"Series of {NAME}").select_option("Safe tenants (%)")
    page.get_by_role("button", name="Read it again").click()
    doing = page.get_by_role("table", name="What it would do")
    refused = doing.get_by_role("row", name="refused").filter(has_text="57.525")
    expect(refused).to_contain_text("57.525 can be read in two ways")
    expect(page.get_by_role("button", name="Import all of it")).to_have_count(0)
    assert looks(page) == []
    page.get_by_label("Decimal mark").select_option("point")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_text("1 new, 1 corrected, 2 as before").first).to_be_visible()
    page.get_by_label("Why are values corrected?").fill("New weights")
    page.get_by_role("button", name="Import all of it").click()
    expect(page.get_by_text("Saved: 1 new value, 1 corrected.")).to_be_visible()
    page.get_by_text("Undo the import").click()
    page.get_by_label("Why is it undone?").fill("Wrong district")
    assert looks(page) == []
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_text("The import is undone.")).to_be_visible()
    page.goto(f"{site[0]}/projects/centre/sheet")
    cells = [page.get_by_role("textbox", name=f"Safe tenants % {year}") for year in (2023, 2025)]
    assert [cell.input_value() for cell in cells] == ["60.5", ""]
