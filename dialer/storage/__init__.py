"""All SQL: tables, migrations, and functions from a transaction to core values."""
