"""Letters, faxes, agreements and case files: values in, PDF/A out. Knows no case, no database and no clock."""
