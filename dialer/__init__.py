"""Calls late payers inside the hours the law and good sense allow, and writes down every attempt."""
