"""The pick for one customer, told."""
