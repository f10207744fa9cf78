"""What officers do: file and publish plans, hold draws, declare ties, ask for visits off plan, join visits."""

from .around import ask_off_plan, decide_off_plan, declare_tie, end_tie, join_picks, note_employer
from .draws import commit, freeze, hold, open_list, redraw, reveal_seed
from .objects import Taken, take_objects
from .plans import Crew, Joining, Preview, default_odds, draft, file_plan, least_team, preview, publish_plan

__all__ = (
    "Crew", "Joining", "Preview", "Taken", "ask_off_plan", "commit", "decide_off_plan", "declare_tie", "default_odds", "draft", "end_tie", "file_plan",
    "freeze", "hold", "join_picks", "least_team", "note_employer", "open_list", "preview", "publish_plan", "redraw", "reveal_seed", "take_objects",
)  # fmt: skip
