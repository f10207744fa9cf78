"""What this house refuses."""

from __future__ import annotations

from hengjian.ground.kit.refusals import Invalid, NotAllowed, NotFound, Refusal


class NoVisit(NotFound):
    """There is no such visit, or it lies outside the officer's scope."""

    code = "no_visit"


class NotDrawn(Refusal):
    """Visits go out once entities and teams are drawn."""

    code = "not_drawn"


class NotOnTeam(NotAllowed):
    """Only the officers drawn for a visit record its result (谁检查、谁录入)."""

    code = "not_on_team"


class BadFinding(Invalid):
    """The result lacks something or contradicts itself; `fields` says what, field by field."""

    code = "bad_finding"


class AlreadyRecorded(Refusal):
    """The visit has its result; a different one needs the first to be taken back."""

    code = "already_recorded"


class BadPhoto(Invalid):
    """The file is no picture that can be kept."""

    code = "bad_photo"


class DraftMoved(Refusal):
    """Another device has written on the same form; `version` and `entries` are what stands there now."""

    code = "draft_moved"


class BadFollowUp(Invalid):
    """A follow-up needs a measure, a day, and where it is handed over, to whom."""

    code = "bad_follow_up"


class StillOpen(Refusal):
    """An inspection is closed once every follow-up is settled."""

    code = "still_open"


class NothingToDraw(Refusal):
    """No visit was made between the two days, or fewer than were to be drawn."""

    code = "nothing_to_draw"


class NoScore(Refusal):
    """There are too few results to learn from, or no visits to put in order."""

    code = "no_score"
