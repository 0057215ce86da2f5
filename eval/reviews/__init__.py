"""How well reviews are understood, found and guarded against."""
