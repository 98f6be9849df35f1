"""The public door: the carrier comes in here, and nothing else of ours can be reached through it."""
