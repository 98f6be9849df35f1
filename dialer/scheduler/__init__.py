"""Claims due cases and has them called, one tick after the other."""
