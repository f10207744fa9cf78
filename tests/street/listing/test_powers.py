"""Whoever tries whatever, in whatever order: no act outside its state, its power or its scope, and the record stays whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import powers
from hengjian.ground.people.models import Agency
from hengjian.ground.procedure import proposals
from hengjian.ground.procedure import queries as kernel
from hengjian.ground.procedure import rules as acts
from hengjian.ground.procedure import services as procedure
from hengjian.street.listing import queries, services
from tests import factories_desk as desk
from tests import factories_listing as make

pytestmark = pytest.mark.django_db
KINDS = (*queries.KINDS, queries.OBJECTION, queries.RESTRICTION)
ON = date(2026, 3, 2)
# A word for every field, so that what refuses is the state, the power, the scope or the law, and not a blank.
WORDS = {
    "text": "演示", "long": "演示", "date": "2026-03-02", "int": 2024, "bool": True, "files": [], "officers": [],
}  # fmt: skip


@pytest.fixture
def office():
    made = make.office()
    other = Agency.objects.create(code="120118", name="静海区市场监督管理局", kind="district-bureau", district="120118", parent=made.superior.agency)
    made.stranger = make.officer("L-8", "leader", other)
    made.inspector = make.officer("L-7", "inspector", made.agency)
    return made


def begun(office, kind, number):
    firm = desk.firm(number, kind="individual" if kind == "abnormal-mark" else "enterprise")
    behind = make.penalty(firm, office, ON)
    if kind == queries.RESTRICTION:
        return services.ask_department(by=office.clerk, entry=behind, to=office.housing.agency, measure="m01", domain="tender", acts=["tender"], reason="x", on=ON, at=make.at(ON))
    if kind == queries.OBJECTION:
        listed = make.listed(office, date(2026, 2, 2), date(2026, 2, 9), firm)
        return services.object_to(uscc=firm.uscc, entry=make.entry_of(listed), text="有异议", public_since=None, actor="firm", on=ON, at=make.at(ON))
    told = {"sender": "x", "document": "冀1", "decided_on": "2026-01-05", "ground": "food.2", "facts": "x"}
    body = told if kind == "serious-list-elsewhere" else {"list": "credit-model"} if kind == "red-list" else {"penalty": behind.document}
    return services.begin(by=office.clerk, kind=kind, entity=firm, origin=f"test:{kind}", on=ON, at=make.at(ON), body=body, cause=behind.seq)


def filled(definition, act, on):
    law = kernel.policy.current()
    told = {}
    for name in (*act.requires, *act.optional):
        field = definition.fields[name]
        if field.type == "code":
            codes = list(law.catalogue(field.catalogue).on(on))
            told[name] = codes[:1] if field.many else codes[0]
        else:
            told[name] = on.isoformat() if field.type == "date" else WORDS[field.type]
    return told


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(kind=st.sampled_from(KINDS), moves=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6), st.integers(0, 9)), max_size=14))
def test_no_act_outside_its_state_its_power_or_its_scope(office, kind, moves):
    matter = begun(office, kind, 1 + kernel.Proceeding.objects.count())
    definition, on = kernel.definition(kind), ON
    people = [office.clerk, office.legal, office.leader, office.superior, office.housing, office.stranger, office.inspector]
    names = list(definition.acts)
    for which, who, wait in moves:
        name, by, on = names[which % len(names)], people[who], on + timedelta(days=wait)
        act, before = definition.acts[name], make.again(matter)
        state, version = kernel.state_of(before), before.version
        confirming = name in acts.pending(definition, kernel.events_now(before))
        needed = act.confirm if confirming else act.power
        told = {"by": by, "on": on, "at": make.at(on), "expected_version": version}
        try:
            if confirming:
                proposals.confirm(before, name, **told)
            elif act.confirm:
                proposals.propose(before, name, **told, body=filled(definition, act, on))
            else:
                procedure.act(before, name, **told, body=filled(definition, act, on))
        except Refusal:
            assert make.again(matter).version == version  # nothing has happened
            continue
        assert state in act.source
        assert needed in powers.of_officer(by, on)
        assert kernel.visible_to(by).filter(pk=matter.pk).exists()
    assert kernel.first_altered(make.again(matter)) is None
