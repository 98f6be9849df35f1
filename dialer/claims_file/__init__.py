"""The claims file: headings, rows, values, rejects. Reads text, decides per row, writes no database."""
