"""GB 32100-2015: a code is accepted only whole, and a refusal names the place."""

import pytest

from hengjian.ground.kit import uscc


@pytest.mark.parametrize("code", ["91120000103064293R", "91120102600872515Y", "91120222MA06G3825U"])
def test_a_code_with_its_check_character_is_accepted(code):
    assert uscc.parse(code) == code


def test_full_width_blanks_and_lower_case_are_the_same_code():
    assert uscc.parse(" ９１１２００００ 103064293r ") == "91120000103064293R"


def test_a_wrong_check_character_is_refused_and_the_right_one_named():
    with pytest.raises(uscc.BadUscc, match="第18位校验码应为“R”") as refused:
        uscc.parse("91120000103064293X")
    assert refused.value.facts["position"] == 18


def test_a_character_outside_the_alphabet_is_named_by_its_position():
    with pytest.raises(uscc.BadUscc) as refused:
        uscc.parse("9112000010306429OR")
    assert refused.value.facts["position"] == 17


@pytest.mark.parametrize("text", ["无", "", "N/A"])
def test_no_code_is_not_a_code(text):
    with pytest.raises(uscc.BadUscc, match="没有填写"):
        uscc.parse(text)


def test_a_code_one_character_short_says_how_long_it_is():
    with pytest.raises(uscc.BadUscc, match="有17位"):
        uscc.parse("9112000010306429R")


def test_seventeen_characters_are_completed_to_a_code_that_holds():
    assert uscc.is_valid(uscc.complete("91120000103064293"))
