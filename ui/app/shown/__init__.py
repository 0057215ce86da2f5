"""What tools and conversations give, as HTML: tables, answers, steps, cards."""

from ui.app.shown.card import card
from ui.app.shown.picture import figure_for
from ui.app.shown.step import step
from ui.app.shown.table import artifact_table, table
from ui.app.shown.text import text
from ui.app.shown.views import ProposalView, StepView

__all__ = ["ProposalView", "StepView", "artifact_table", "card", "figure_for", "step", "table", "text"]
