"""The model's SQL: what it may say (guard), where it runs (worker), and how its answer reads."""
