"""A refusal says its sentence in Chinese, with its facts; doors say it in the reader's language."""

from __future__ import annotations

import pytest

from hengjian.ground.kit import uscc
from hengjian.ground.kit.refusals import Invalid, Refusal

LENGTH = "代码应为18位，这里有%(length)s位；请核对是否漏抄或多抄"
ENGLISH = {LENGTH: "A code has 18 characters, here are %(length)s"}


def test_a_sentence_is_filled_with_its_facts_after_it_was_translated():
    with pytest.raises(uscc.BadUscc) as caught:
        uscc.parse("123")
    assert str(caught.value) == "代码应为18位，这里有3位；请核对是否漏抄或多抄"
    assert caught.value.told(lambda text: ENGLISH[text]) == "A code has 18 characters, here are 3"


def test_a_sentence_without_places_is_left_alone():
    assert str(Refusal("已满 100%，不能再加", size=3)) == "已满 100%，不能再加"


def test_a_fact_the_sentence_says_is_not_repeated_on_the_page_but_told_to_programs(rf):
    from hengjian.ground.people import errors

    refused = Invalid("文件有 %(size)s MB", size=30, limit=20)
    page = errors.refusal(rf.get("/desk/"), refused).content.decode()
    assert ("文件有 30 MB" in page, "大小" in page, "上限" in page, "填写的内容需要改正" in page) == (True, False, True, True)
    told = errors.refusal(rf.get("/api/v1/x"), refused)
    assert b'"size": "30"' in told.content
