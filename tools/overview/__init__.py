"""What pages list and compare: customers by risk, one customer's history, cohorts, and what changed in a week."""
