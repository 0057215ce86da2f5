"""The tool `sentiment_alerts`: surges of complaints, heard the week they start."""

from tools.reviews.alerts.tool import new_alerts, sentiment_alerts

__all__ = ["new_alerts", "sentiment_alerts"]
