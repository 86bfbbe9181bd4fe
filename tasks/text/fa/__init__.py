"""Persian language data; the same file names as in `tasks.text.ar`."""
