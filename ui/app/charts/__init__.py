"""Charts as SVG: Altair makes the specification, vl-convert draws it here, and CSS variables colour it in the page.

Every function gives a figure that fills its place and follows light and dark. Titles and labels may be any text.
"""

from ui.app.charts.bars import bars, funnel, histogram, stacked
from ui.app.charts.lines import intervals, sparkline, trend
from ui.app.charts.points import heatmap, scatter

__all__ = ["bars", "funnel", "heatmap", "histogram", "intervals", "scatter", "sparkline", "stacked", "trend"]
