"""What the platform points at: copies, events and places that stand out. It points; people decide."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.duties.complaints import patterns
from hengjian.duties.complaints.patterns import Told, alike, at_least, bare, grouped, near, pairs, risks, spots
from hengjian.ground import policy

DAY = date(2026, 9, 30)  # the eve of National Day
COPY = "本人在贵公司网店购买茶叶一盒，订单号{}，宣传最佳疗效，违反广告法，要求退款并赔偿{}元，请依法处理。"


def groups(*told: Told):
    return grouped(told, copied=0.7, event=0.3, days=7)


def test_texts_that_differ_in_their_numbers_alone_are_copies_even_about_different_firms():
    [group] = groups(
        Told(1, DAY, COPY.format("20260930001", 500), "91120225MA0000001A"),
        Told(2, DAY + timedelta(days=90), COPY.format("8877", 1000), "91120225MA0000002X"),
        Told(3, DAY, "菜市场买的排骨缺斤少两，回家一称少了六两", "91120225MA0000001A"),
    )
    assert (group.keys, group.copied) == ((1, 2), True)


@pytest.mark.parametrize(("gap", "together"), [(7, True), (8, False)])
def test_two_filings_about_one_firm_in_one_category_are_one_event_up_to_seven_days_apart(gap, together):
    found = groups(
        Told(1, DAY, "健身房关门了联系不上老板", "F", "contract"),
        Told(2, DAY + timedelta(days=gap), "卡里三千元没人退，门口贴着转让", "F", "contract"),
    )
    assert bool(found) is together


def test_filings_that_name_nobody_are_never_one_event_for_their_category_alone():
    assert groups(Told(1, DAY, "秤不准少了半斤", "", "measure"), Told(2, DAY, "加油机多跳了五升", "", "measure")) == []


def test_an_event_and_its_copies_are_told_apart():
    [group] = groups(
        Told(1, DAY, "健身房关门了联系不上老板，卡里还有钱", "F", "contract"),
        Told(2, DAY, "健身房关门了联系不上老板，卡里还有钱", "F", "contract"),
        Told(3, DAY, "门口贴着转让，电话没人接", "F", "contract"),
    )
    assert (group.keys, group.copied) == ((1, 2, 3), False)


def test_near_finds_what_comparing_every_pair_finds():
    chance = np.random.default_rng(7)
    signs = [chr(0x4E00 + n) for n in range(400)]
    texts = ["".join(chance.choice(signs, size=chance.integers(40, 120))) for _ in range(300)]
    for place in range(60):
        told = list(texts[place])
        for where in chance.integers(0, len(told), size=3):
            told[where] = str(chance.choice(signs))
        texts.append("".join(told))
    true = {(a, b) for a in range(len(texts)) for b in range(a + 1, len(texts)) if alike(pairs(texts[a]), pairs(texts[b])) >= 0.7}
    found = set(near(texts, 0.7))
    assert found <= true
    assert len(true) >= 50
    assert len(found) >= 0.97 * len(true)


@given(st.lists(st.text(max_size=30), max_size=30))
def test_grouping_takes_any_text_and_puts_each_filing_into_one_group_at_most(texts):
    keys = [key for group in groups(*(Told(n, DAY, text, "F") for n, text in enumerate(texts))) for key in group.keys]
    assert len(keys) == len(set(keys))


def test_a_unit_that_grows_with_all_others_does_not_stand_out():
    past = {f"street-{n}": 120 for n in range(40)}
    doubled = dict.fromkeys(past, 20)  # everywhere twice as many as in the year before
    assert spots(doubled, past, least=4, falsely=0.05) == []


def test_a_unit_that_outgrows_the_others_stands_out_with_what_was_expected():
    past = {f"street-{n}": 120 for n in range(40)}
    recent = dict.fromkeys(past, 10) | {"street-7": 31}
    [spot] = spots(recent, past, least=4, falsely=0.05)
    assert (spot.key, spot.seen, spot.before) == ("street-7", 31, 120)
    assert spot.expected == pytest.approx(10, rel=0.01)
    assert spot.times == pytest.approx(3.1, rel=0.01)


def test_a_firm_never_heard_of_before_stands_out_but_not_below_the_least_number():
    past = {f"firm-{n}": 6 for n in range(500)}
    recent = {f"firm-{n}": 1 for n in range(0, 500, 2)} | {"new": 9, "few": 3}
    assert [spot.key for spot in spots(recent, past, least=4, falsely=0.05)] == ["new"]


def test_where_nothing_changed_hardly_ever_anything_is_named():
    chance, named = np.random.default_rng(2026), 0
    for _ in range(200):
        past = {str(n): int(count) for n, count in enumerate(chance.poisson(26, 200))}
        recent = {str(n): int(count) for n, count in enumerate(chance.poisson(2, 200))}
        named += bool(spots(recent, past, least=1, falsely=0.05))
    assert named / 200 <= 0.08  # at most 5 % of such searches, and a little room for chance


def test_a_seeded_outbreak_is_found_in_nine_searches_of_ten():
    chance, found = np.random.default_rng(315), 0
    for _ in range(100):
        past = {str(n): int(count) for n, count in enumerate(chance.poisson(26, 200))}
        recent = {str(n): int(count) for n, count in enumerate(chance.poisson(2, 200))} | {"77": int(chance.poisson(16))}
        found += any(spot.key == "77" for spot in spots(recent, past, least=4, falsely=0.05))
    assert found >= 90


@pytest.mark.parametrize(
    ("successes", "trials", "share", "chance"),
    [(0, 10, 0.3, 1.0), (10, 10, 0.5, 0.5**10), (8, 10, 0.5, 56 / 1024), (3, 3, 0.0, 0.0), (2, 4, 1.0, 1.0), (1, 400, 0.5, 1.0)],
)
def test_the_tail_of_the_binomial_is_what_the_books_say(successes, trials, share, chance):
    assert at_least(successes, trials, share) == pytest.approx(chance, rel=1e-9)


def test_without_a_past_nothing_can_stand_out():
    assert spots({"a": 30}, {}, least=1, falsely=0.05) == []


def test_words_of_danger_are_found_whatever_their_width_and_say_which_danger():
    words = {item.code: item.extra["words"] for item in policy.current().catalogue("complaint-risk-words").items.values()}
    found = risks("昨天全班 食 物 中 毒 ，三个孩子住院；电梯困人没人管", words)
    assert found["poisoning"] == ["食物中毒", "住院"]
    assert "equipment" in found
    assert risks("鞋底开胶", words) == {}


def test_figures_are_set_aside_when_texts_are_compared():
    assert bare("订单１２３号 ABC") == "订单号ABC"
    assert patterns.alike(pairs(bare("赔偿500元")), pairs(bare("赔偿1000元"))) == 1.0
