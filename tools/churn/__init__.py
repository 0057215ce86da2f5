"""Who is leaving, why, and what it costs: facts at a cut-off, features, outcomes, models and their explanations."""
