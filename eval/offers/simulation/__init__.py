"""Weeks of decisions and outcomes on a demo shop, whose truth says how customers respond."""
