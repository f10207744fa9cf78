"""Fen are integers; SM3 is GB/T 32905; a proof leads from a leaf to the root and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ground.kit import digests, money, text


@pytest.mark.parametrize(
    ("written", "fen", "currency"),
    [
        ("5000", 500_000, "CNY"),
        ("0.5万元", 500_000, "CNY"),
        ("1,913.2157(万元人民币)", 1_913_215_700, "CNY"),
        ("450(万美元)", 450_000_000, "USD"),
        ("０元", 0, "CNY"),
    ],
)
def test_amounts_are_read_as_files_write_them(written, fen, currency):
    assert money.parse_yuan(written) == money.Money(fen, currency)


def test_words_are_not_an_amount():
    with pytest.raises(money.BadMoney, match="不是金额"):
        money.parse_yuan("罚款若干")


def test_sm3_gives_the_value_printed_in_the_standard():
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digests.sm3(b"abc").hex() == expected
    assert digests._by_cryptography(b"abc").hex() == expected


@given(st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=40), st.data())
def test_every_item_has_a_proof_and_no_other_item_passes_with_it(items, data):
    index = data.draw(st.integers(0, len(items) - 1))
    root = digests.merkle_root(items)
    proof = digests.merkle_proof(items, index)
    assert digests.check_proof(items[index], proof, root)
    assert not digests.check_proof(items[index] + b"x", proof, root)


def test_half_and_full_width_brackets_are_one_name():
    assert text.fold("天津（滨海）商贸 有限公司") == text.fold("天津(滨海)商贸有限公司")
    assert text.bigrams("津沽食品") == ["津沽", "沽食", "食品"]
