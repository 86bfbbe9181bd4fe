"""Pure functions and tables about Persian and Arabic text: no files, no services."""
