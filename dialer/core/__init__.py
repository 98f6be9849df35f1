"""Decisions as functions of values and `now`: standard library only, no clock, no I/O, no randomness."""
