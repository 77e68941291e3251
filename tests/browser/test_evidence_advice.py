"""What the evidence advises and admits, and the cells behind it, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.evidence_data import PHOTOS, case, from_here_on, judged
from tests.browser.evidence_view import OpenEvidence

pytestmark = pytest.mark.browser


def test_a_cell_is_reported_once(evidence_of: OpenEvidence) -> None:
    """A click on a cell asks for its pictures, at the line where it was clicked."""
    view = evidence_of()
    view.page.get_by_role("button", name="wrongly shown").click()
    expect(view.told).to_have_text("cell false_positive cosine 74")
    view.type("0.80")
    expect(view.told).to_contain_text("line cosine 80 None")
    view.page.get_by_role("button", name="Just below the line").click()
    expect(view.told).to_have_text(
        "cell false_positive cosine 74 line cosine 80 None cell just_below cosine 80"
    )


def test_a_recommendation_moves_the_line(evidence_of: OpenEvidence) -> None:
    """One click takes it, with its second line where it has one, and marks its card."""
    view = evidence_of()
    advised = judged().advised
    assert advised
    advice = advised.advice
    card = view.page.locator(".advice-card").nth(1)
    card.get_by_role("button").click()
    expect(view.slider).to_have_value(str(advice[1].threshold))
    expect(card).to_contain_text("The line is here")
    card = view.page.locator(".advice-card").last
    card.get_by_role("button").click()
    expect(view.page.locator(".doubtful-marker").first).to_be_visible()
    expect(view.told).to_contain_text(f"line cosine {advice[4].threshold} {advice[4].doubtful}")
    expect(card).to_contain_text("The line is here")
    view.wish("")
    expect(card).to_contain_text("Move the line there")


def test_the_way_back_leads_to_both_active_lines(evidence_of: OpenEvidence) -> None:
    """One click brings back the active threshold with its doubtful line, and then goes away."""
    view = evidence_of("doubtful=20")
    back = view.page.get_by_role("button", name="Back to 0.30")
    view.wish("0.25")
    back.click()
    expect(view.value).to_have_value("0.30")
    expect(view.doubtful).to_have_value("0.20")
    expect(view.told).to_contain_text("line cosine 30 20")
    expect(back).to_be_hidden()
    view.wish("")
    expect(back).to_be_visible()


def test_the_doubtful_line_waits_for_the_line(evidence_of: OpenEvidence) -> None:
    """It is gone while the line is below it, back when the line is above, and can be removed."""
    view = evidence_of()
    view.wish("0,60")
    expect(view.told).to_have_text("line cosine 74 60")
    expect(view.marker).to_be_visible()
    view.type("0.55")
    expect(view.marker).to_be_hidden()
    expect(view.doubtful).to_have_value("")
    view.type("0.61")
    expect(view.marker).to_be_visible()
    expect(view.doubtful).to_have_value("0.60")
    view.wish("")
    expect(view.marker).to_be_hidden()
    expect(view.told).to_contain_text("line cosine 61 None")


@pytest.mark.parametrize("typed", ["0.74", "0.9", "few"])
def test_a_doubtful_line_above_the_line_gets_a_sentence(
    evidence_of: OpenEvidence, typed: str
) -> None:
    """It says what was typed and what is possible, and changes nothing."""
    view = evidence_of()
    view.wish(typed)
    expect(view.page.get_by_role("alert")).to_have_text(
        f"“{typed}” cannot be where doubtful products begin: type a number from −1 to 1 that is "
        "below the threshold 0.74, or leave the field empty."
    )
    expect(view.doubtful).to_have_attribute("aria-invalid", "true")
    expect(view.value).to_have_attribute("aria-invalid", "false")
    expect(view.marker).to_be_hidden()


def test_the_sentence_counts_what_is_doubtful(evidence_of: OpenEvidence) -> None:
    """With two lines it says how many more are shown as doubtful, exactly for one photo."""
    view = evidence_of("case=one")
    passing = from_here_on(list(case("one").counts))
    view.wish("0.60")
    more = passing[160] - passing[174]
    expect(view.evidence).to_contain_text(f" and {more:,} more are shown as doubtful from 0.60.")


def test_a_recommendation_says_who_would_see_nothing(evidence_of: OpenEvidence) -> None:
    """The searches that it would leave empty are counted, at the lower one of two lines."""
    view = evidence_of()
    evidence, advised = case("judged"), judged().advised
    assert advised
    for place, one in enumerate(advised.advice):
        card = view.page.locator(".advice-card").nth(place)
        lowest = one.threshold if one.doubtful is None else one.doubtful
        assert lowest is not None
        empty = round(evidence.empty[lowest + 100] * PHOTOS)
        if empty > 0:
            verb = "shows" if empty == 1 else "show"
            expect(card).to_contain_text(f"{empty} of 120 searches {verb} nothing.")
        else:
            expect(card).not_to_contain_text("nothing")


def test_categories_say_what_is_held_out(evidence_of: OpenEvidence) -> None:
    """Their F is one of photos held out, and what is missing is a sentence to read."""
    view = evidence_of()
    view.page.get_by_text("By category").first.click()
    table = view.page.locator(".categories")
    expect(table.get_by_role("columnheader", name="F1, held out")).to_be_visible()
    expect(table.locator(".sentence")).to_have_css("text-align", "left")
    expect(table.locator(".sentence")).to_contain_text("8 more photos")


def test_one_product_a_search_is_one(evidence_of: OpenEvidence) -> None:
    """Held-out figures are there on a phone too."""
    view = evidence_of("case=sampled", width=390)
    expect(view.page.locator(".held-out").first).to_contain_text("1 product a search")
    expect(view.page.locator(".held-out").first).to_be_visible()


def test_without_judgements_below_there_is_no_recall(evidence_of: OpenEvidence) -> None:
    """A sentence says why, and neither recall nor what needs it is claimed."""
    view = evidence_of("case=unmeasured")
    expect(view.page.get_by_text("Nothing below 0.48 has been judged")).to_be_visible()
    expect(view.evidence).to_contain_text("precision ≈ 0.30, recall –.")
    expect(view.page.locator(".curve")).to_have_count(0)
    expect(view.page.locator(".false_negative strong")).to_have_text("–")
    expect(view.title("distribution")).to_contain_text("a photo is left with")


def test_what_all_recommendations_lack_is_said_once(evidence_of: OpenEvidence) -> None:
    """Too few judgements for every rule are one sentence, and not five cards."""
    view = evidence_of("case=unmeasured")
    expect(view.page.locator(".advice-card")).to_have_count(0)
    expect(view.page.locator(".advice-lead")).to_contain_text("8 more photos with a match")


def test_a_cell_is_marked_at_its_line_only(evidence_of: OpenEvidence) -> None:
    """The pictures are those of another line once the line has moved away."""
    view = evidence_of()
    cell = view.page.get_by_role("button", name="wrongly shown")
    cell.click()
    expect(cell).to_have_attribute("aria-pressed", "true")
    view.type("0.80")
    expect(cell).to_have_attribute("aria-pressed", "false")
    view.type("0.74")
    expect(cell).to_have_attribute("aria-pressed", "true")


def test_what_cannot_be_recommended_is_said(evidence_of: OpenEvidence) -> None:
    """Unreachable goals, too few judgements and one class only each have their sentence."""
    view = evidence_of("case=sampled")
    cards = view.page.locator(".advice-card")
    expect(cards.nth(1)).to_contain_text("the best that can be promised is 0.84")
    expect(cards.nth(2)).to_contain_text("8 more photos with a match are needed")
    expect(cards.nth(3)).to_contain_text("All that was judged is of one kind")
    expect(cards.nth(4)).to_contain_text("1 more photo with a match is needed")
    expect(view.evidence).to_contain_text("precision ≈ 0.30")
    expect(view.page.locator(".cell strong").first).to_contain_text("≈")


def test_figures_do_not_wait_for_advice(evidence_of: OpenEvidence) -> None:
    """What takes seconds is announced, and everything else is there."""
    view = evidence_of("case=pending")
    expect(view.page.get_by_text("Working them out")).to_be_visible()
    expect(view.page.locator(".advice-card")).to_have_count(0)
    expect(view.evidence).to_contain_text("precision 0.30, recall 0.76")
    expect(view.title("pr")).to_have_text("At 0.74: precision 0.30, recall 0.76")


def test_without_judgements_there_is_no_precision(evidence_of: OpenEvidence) -> None:
    """Nothing is claimed that nobody knows, and the next step is named."""
    view = evidence_of("case=unjudged")
    expect(view.evidence).to_contain_text("left with 13 of 12,907 products (4–78")
    expect(view.evidence).not_to_contain_text("precision")
    expect(view.page.locator(".measures-chart, .curve, .cell")).to_have_count(0)
    expect(view.page.get_by_text("Recommendations need judgements")).to_be_visible()
