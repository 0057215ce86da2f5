"""What the tool `churn_risk` reads and says."""
