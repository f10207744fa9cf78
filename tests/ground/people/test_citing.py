"""Law is cited in one way everywhere: title and article, several articles as articles, parts of a paper as they stand."""

from __future__ import annotations

import pytest
from django.utils import translation

from hengjian.ground.people import citing


@pytest.mark.parametrize(
    ("basis", "place", "english"),
    [("samr-45-2021 §9", "第9条", ", art. 9"), ("samr-44-2021 §13–14", "第13–14条", ", art. 13–14"),
     ("seed-001 §19项", " 19项", " 19项"), ("gbf54", "", "")],
)  # fmt: skip
def test_articles_are_cited_as_articles_and_parts_of_papers_as_they_stand(basis, place, english):
    [one] = citing.citations(basis)
    assert (one.place, citing.cited(basis)) == (place, one.title + place)
    with translation.override("en"):
        assert citing.cited(basis).endswith(english)
        assert "《" not in citing.cited(basis)


def test_two_texts_are_two_citations():
    told = citing.cited("samr-45-2021 §9; penalty-law §42")
    assert told.count("《") == 2 and "第9条；《" in told and told.endswith("第42条")
