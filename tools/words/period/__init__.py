"""Periods in people's words, English and Chinese."""

from tools.words.period.period import Period, parse_period

__all__ = ["Period", "parse_period"]
