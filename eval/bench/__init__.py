"""Benchmarks, run by `make bench`; figures and their conditions are in docs/benchmarks.md."""
