"""What cannot be drawn, and why."""

from hengjian.ground.kit.refusals import Invalid, NotAllowed, NotFound, Refusal


class NoDraw(NotFound):
    """There is no such plan or draw, or this person may not know of it."""

    code = "no_draw"


class BadPlan(Invalid):
    """The plan asks for something that cannot be drawn: an empty frame, impossible odds, no items."""

    code = "bad_plan"


class AlreadyDrawn(Refusal):
    """The plan has a draw; another one is a redraw with reason and approver."""

    code = "already_drawn"


class OutOfOrder(Refusal):
    """Freeze, commit, seed, draw, open: a step was asked for before the one it stands on."""

    code = "out_of_order"


class BadSeed(Invalid):
    """The value is not the one the commitment announced."""

    code = "bad_seed"


class NoTeam(Refusal):
    """No team can be formed; the message names the condition that binds."""

    code = "no_team"


class Altered(Refusal):
    """A stored file of the draw no longer has its recorded digest."""

    code = "altered"


class BadTie(Invalid):
    """The tie cannot be recorded: unknown ground, unknown firm, or recorded already."""

    code = "bad_tie"


class BadOffPlan(Invalid):
    """The visit off plan lacks a ground, items, or a lawful team."""

    code = "bad_off_plan"


class OverCap(Refusal):
    """The firm has had as many visits as a year allows, and no exception was cited."""

    code = "over_cap"


class AlreadyDecided(Refusal):
    """The visit off plan was approved or refused before."""

    code = "already_decided"


class CannotJoin(Refusal):
    """The tasks are not of one firm, do not overlap, or are joined already."""

    code = "cannot_join"


class BadObjects(Invalid):
    """The file of inspection objects cannot be read as one."""

    code = "bad_objects"


class NoOfficer(NotFound):
    """There is no such inspector, or this person may not see whom the inspector avoids."""

    code = "no_inspector"


class NotYourTie(NotAllowed):
    """An officer declares and ends ties of their own; those who plan draws, of everybody in scope."""

    code = "not_your_tie"
