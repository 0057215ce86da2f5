"""Scripted evaluation: suites as data, scorers, reports."""
