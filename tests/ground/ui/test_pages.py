"""The navigation of the desk."""

from __future__ import annotations

from hengjian.ground.ui import pages


def test_the_pages_of_a_group_stand_under_one_heading_whichever_houses_bring_them():
    groups = [str(page.group) for page in pages._declared("desk_pages") if page.group]
    headings = [group for place, group in enumerate(groups) if place == 0 or groups[place - 1] != group]
    assert len(headings) == len(set(headings)) > 3


def test_pages_without_a_group_keep_their_order():
    orders = [page.order for page in pages._declared("public_pages") if not page.group]
    assert orders == sorted(orders)
