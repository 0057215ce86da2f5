"""How well the churn model ranks, calibrates and explains."""
