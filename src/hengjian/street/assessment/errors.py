"""What cannot be assessed."""

from hengjian.ground.kit.refusals import NotFound


class NoRuleset(NotFound):
    """No classification of this family was in force on the day asked about."""

    code = "no_ruleset"
