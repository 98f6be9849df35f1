"""Payments as banks and spreadsheets tell them: csv, xlsx and CAMT.053. Reads text, decides per row, writes nothing."""
