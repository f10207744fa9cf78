"""What cannot be assessed."""

from hengjian.ground.kit.refusals import NotFound, Refusal


class NoEntity(NotFound):
    """No entity has this code, or it lies outside the officer's data scope: one answer for both."""

    code = "no_entity"


class NoRuleset(NotFound):
    """No classification of this family was in force on the day asked about."""

    code = "no_ruleset"


class EngineMissing(Refusal):
    """The engine asked for is not at hand. Says what to install or set."""

    code = "engine_missing"
