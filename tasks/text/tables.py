"""Language data read from the files beside `tasks/text/fa` and `tasks/text/ar`.

A table is UTF-8 text: the first line a comment naming its source, then one entry a line, columns separated
by tabs. Blank lines and lines that begin with `#` do not count.
"""

from functools import cache
from importlib.resources import files


@cache
def load_rows(language: str, name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table (named with its suffix) of a language (`fa`, `ar`), each a tuple of columns.

    Raises FileNotFoundError when there is no such table. `load_rows("fa", "months.tsv")`.
    """
    text = (files("tasks.text") / language / name).read_text(encoding="utf-8")
    return tuple(
        tuple(column.strip(" ") for column in line.split("\t"))
        for line in text.splitlines()
        if line.strip() and not line.startswith("#")
    )


@cache
def load_words(language: str, name: str) -> tuple[str, ...]:
    """Return the first column of a table: `load_words("ar", "function_words.txt")`."""
    return tuple(row[0] for row in load_rows(language, name))
