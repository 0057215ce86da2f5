"""What customers do: defined metrics, one customer on one page, and read-only SQL."""
