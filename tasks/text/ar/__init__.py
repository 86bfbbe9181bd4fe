"""Arabic language data; the same file names as in `tasks.text.fa`."""
