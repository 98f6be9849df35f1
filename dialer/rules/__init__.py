"""What countries prescribe, read from data and well-kept libraries: holidays, number plans."""
