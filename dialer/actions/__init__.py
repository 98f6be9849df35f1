"""One verb a file: load, ask core, save and log in one transaction, then effects."""
