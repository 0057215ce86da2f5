"""What customers write: how they feel, what about, and since when."""
