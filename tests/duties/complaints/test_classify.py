"""A category is proposed from the pack's words and from what officers confirmed; how well is measured on what came later."""

from __future__ import annotations

from hengjian.duties.complaints import classify
from hengjian.duties.complaints.classify import Sorter, held_out
from hengjian.ground import policy

from .texts import FILED

CONFIRMED = [(text, code) for code, text in FILED]


def words() -> dict[str, list[str]]:
    return {item.code: item.extra["words"] for item in policy.current().catalogue("complaint-categories").items.values()}


def test_a_word_of_the_pack_is_named_as_the_reason():
    proposal = Sorter(words()).propose("买的面包已经发霉")
    assert (proposal.code, proposal.words) == ("food-safety", ("发霉",))
    assert 0.5 < proposal.sure < 1


def test_where_no_word_speaks_and_nothing_was_learnt_there_is_no_proposal():
    assert Sorter(words()).propose("请尽快联系我") is None


def test_what_officers_confirm_is_learnt_where_the_pack_has_no_word():
    sorter = Sorter(words())
    for text, code in CONFIRMED[: classify.FEW]:
        sorter.learn(text, code)
    for n in range(6):
        sorter.learn(f"剧本杀店主临时改时间，第{n}次不让进场也不赔", "contract")
    proposal = sorter.propose("剧本杀店主不让进场")
    assert (proposal.code, proposal.words) == ("contract", ())


def test_on_later_filings_the_sorter_beats_naming_the_commonest_category():
    trial = held_out(words(), CONFIRMED, len(CONFIRMED) // 2)
    assert len(trial.answers) == len(CONFIRMED) - len(CONFIRMED) // 2
    assert trial.right / len(trial.answers) >= 0.8
    assert trial.right > 2 * trial.commonest


def test_no_text_is_judged_by_what_came_after_it():
    once = held_out(words(), CONFIRMED, 30).answers[:10]
    assert held_out(words(), CONFIRMED[:40], 30).answers == once


def test_the_trial_counts_a_category_from_both_sides():
    trial = classify.Trial((("price", "price"), ("price", "quality"), ("quality", ""), ("measure", "price")))
    assert (trial.right, trial.answered, trial.commonest) == (1, 3, 2)
    assert trial.of("price") == (1, 2, 2)
