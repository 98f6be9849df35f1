"""Spreadsheets for people who were not on the call."""
