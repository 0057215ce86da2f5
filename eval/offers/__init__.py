"""Measurements of offers: off-policy estimates, the closed loop, promises under load."""
