"""Loading the law costs a start nothing that is felt, and a request nothing at all."""

import time
from datetime import date

from hengjian.ground import policy


def best(runs, act):
    """The quickest of some runs: what the act costs when nothing else disturbs."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return min(found)


def test_both_packs_load_within_a_second_once_compiled():
    policy.load(policy.roots())
    assert best(3, lambda: policy.load(policy.roots())) < 1


def test_the_law_of_a_day_is_free_in_a_request():
    policy.current()
    assert best(5, lambda: [policy.at(date(2026, 11, 24)) for _ in range(1000)]) < 0.05


def test_a_reading_of_a_day_is_found_in_microseconds():
    law = policy.at(date(2026, 11, 24))
    assert best(5, lambda: [law.reading("publication.penalty") for _ in range(1000)]) < 0.1
