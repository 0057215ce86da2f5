"""Review prose: fragments written by hand, and what joins them."""
