"""The object base: firms in business, and firms whose state nobody has filed; never firms known to have left."""

import pytest

from hengjian.street.draw import frames, services
from hengjian.street.register.models import Entity
from tests import factories_draw as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("status", "drawn"), [("1", True), ("", True), ("2", False), ("3", False), ("4", False)])
def test_only_a_state_that_was_filed_takes_a_firm_out(status, drawn):
    make.city("AA")
    operator = make.officer("G-1")
    firm = Entity.objects.order_by("uscc").first()
    Entity.objects.filter(pk=firm.pk).update(status=status)
    plan = services.file_plan(
        by=operator, agency=make.bureau(), title="登记事项抽查", items=["reg-name"], mode="by-grade", on=make.ON
    )
    assert (firm.uscc in dict(frames.frame(plan, make.ON))) is drawn
