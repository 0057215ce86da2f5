"""Hand-written sentences by language, tone and situation: what the bundled model chooses from."""
