"""Tables of the draw: plans and what surrounds them, draws and what comes of them."""

from .draws import Draw, Joined, Pick, Team
from .objects import Held
from .plans import OffPlan, Part, Plan, Recusal

__all__ = ("Draw", "Held", "Joined", "OffPlan", "Part", "Pick", "Plan", "Recusal", "Team")
