"""Numbers of natural persons are masked, a firm's own code of digits alone is not, and what could be either is."""

from __future__ import annotations

import pytest

from hengjian.ground.kit import uscc
from hengjian.ground.kit.personal import is_firm, is_identity, mask_numbers, numbers_in


def firm(first16: str) -> str:
    """A code that begins so, with both its check characters."""
    return uscc.complete(first16 + uscc.subject_check(first16[8:]))


def identity(first17: str) -> str:
    """An identity number that begins so: its check character is found, not worked out a second time."""
    return next(first17 + last for last in "0123456789X" if is_identity(first17 + last))


def all_digits(begin: str) -> str:
    """The first code of digits alone that begins so."""
    codes = (firm(f"{begin}{n:0{16 - len(begin)}d}") for n in range(10_000))
    return next(code for code in codes if code.isdecimal() and not is_identity(code))


# The example of the standard itself (GB 11643-1999, annex): nobody's number.
EXAMPLE = "11010519491231002X"


def test_the_example_of_the_standard_is_an_identity_number():
    assert is_identity(EXAMPLE)
    assert not is_identity(EXAMPLE[:-1] + "1")


@pytest.mark.parametrize("begin", ["911201", "921201", "931201", "121201", "511201"])
def test_a_firm_may_name_its_own_code_of_digits_alone(begin):
    code = all_digits(begin)
    assert is_firm(code)
    text = f"我公司（统一社会信用代码{code}）已于三月二日缴清罚款。"
    assert numbers_in(text) == []
    assert mask_numbers(text) == text


def test_a_code_whose_middle_reads_like_a_birthday_is_still_a_firms():
    codes = (firm(f"9112011990010{n:03d}") for n in range(1000))
    code = next(code for code in codes if code.isdecimal() and not is_identity(code))
    assert mask_numbers(code) == code


def test_a_wrong_check_digit_makes_it_no_code_and_it_is_masked():
    code = all_digits("911201")
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert numbers_in(wrong) == [wrong]
    assert wrong not in mask_numbers(wrong)


@pytest.mark.parametrize("number", [EXAMPLE, identity("12010119900101001"), "120101199001010019", "120101199001010010"])
def test_an_identity_number_is_masked_whether_or_not_its_check_digit_fits(number):
    assert numbers_in(f"身份证{number}。") == [number]
    assert mask_numbers(f"身份证{number}。") == f"身份证{number[:6]}************。"


def test_what_could_be_a_person_or_a_firm_is_taken_for_a_person():
    """Beijing's 110101 is both a district of birth and the beginning of a state organ's code."""
    first = (f"110101{year}{month:02d}{day:02d}" for year in range(1950, 2000) for month in range(1, 13) for day in range(1, 29))
    numbers = (firm(begin + f"{n:02d}") for begin in first for n in range(0, 100, 7))
    both = next(number for number in numbers if number.isdecimal() and is_identity(number))
    assert uscc.is_valid(both)
    assert numbers_in(both) == [both]


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("022-23456789", "022-*******"),
        ("6222021234567890123", "6222********0123"),
        ("someone@example.com", "***"),
    ],
)
def test_telephones_bank_numbers_and_mail_addresses_are_masked(number, masked):
    assert mask_numbers(f"联系{number}即可") == f"联系{masked}即可"
