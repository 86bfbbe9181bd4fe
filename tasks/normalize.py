"""Normalise: from the text of a page to the article on it, as a careful editor would cut it."""

import zlib
from collections.abc import Iterable
from typing import Final

from tasks.document import Article
from tasks.text.clean import clean
from tasks.text.folding import fold
from tasks.text.furniture import LONGEST_REPEATED, find_furniture
from tasks.text.furniture_rules import label_key, load_sites
from tasks.text.titles import find_repetitions, find_title, split_site

#: Taking lines out brings others to the edge. Pages need two or three passes; the bound keeps a made-up page
#: from costing more.
_MOST_PASSES: Final = 30


def normalize(text: str, language: str, repeated: frozenset[str] = frozenset()) -> Article:
    r"""Return the article of a page: its title, its body, and what was taken out, in order.

    `language` is an ISO 639 code; for others than `fa` and `ar` the rules of both hold. `repeated` are lines
    that stand on several pages of the directory, as `count_repeated` finds them. Total; normalising
    `article.text` again gives the same title and body. Lines stay as they are but for what `clean` takes
    out and spaces at their ends; more than one blank line becomes one.
    `normalize("مرآة العالم\n\nبوتين …", "ar")`.
    """
    page = _Page([line.strip() for line in clean(text).split("\n")])
    for _ in range(_MOST_PASSES):
        if not page.cut(language, repeated):
            break
    return Article(title=page.title, body=_join(page.body), removed_text="\n".join(page.removed))


class _Page:
    """The lines of a page: those kept, as indices, and what was taken from which."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._kept = list(range(len(lines)))
        self._taken: dict[int, list[str]] = {}

    @property
    def _title(self) -> int | None:
        position = find_title([self._lines[index] for index in self._kept])
        return None if position is None else self._kept[position]

    @property
    def title(self) -> str:
        title = self._title
        return "" if title is None else self._lines[title]

    @property
    def body(self) -> list[str]:
        title = self._title
        return [self._lines[index] for index in self._kept if index != title]

    @property
    def removed(self) -> list[str]:
        return [line for index in sorted(self._taken) for line in self._taken[index]]

    def cut(self, language: str, repeated: frozenset[str]) -> bool:
        """Take out the furniture and what doubles the title; tell whether there was any."""
        found = find_furniture([self._lines[index] for index in self._kept], language, repeated)
        self._take([self._kept[position] for position in found])
        title = self._title
        if title is None:
            return bool(found)
        headline, site = split_site(self._lines[title])
        if label_key(site) not in load_sites(language):
            site = ""
        if site:
            self._lines[title] = headline
            self._taken.setdefault(title, []).insert(0, site)
        others = [index for index in self._kept if index != title]
        doubles = find_repetitions([self._lines[index] for index in others], self._lines[title])
        self._take([others[position] for position in doubles])
        return bool(found or site or doubles)

    def _take(self, indices: Iterable[int]) -> None:
        taken = set(indices)
        self._kept = [index for index in self._kept if index not in taken]
        for index in taken:
            self._taken.setdefault(index, []).append(self._lines[index])


def _join(lines: Iterable[str]) -> str:
    """Join the lines of a body, with at most one blank line between two."""
    joined: list[str] = []
    for line in lines:
        if line or (joined and joined[-1]):
            joined.append(line)
    return "\n".join(joined).strip("\n")


def count_repeated(texts: Iterable[str], minimum: int = 3) -> frozenset[str]:
    """Return the `fold` keys of the short lines that stand in at least `minimum` different documents.

    Documents whose longest lines are equal are copies of one article, and count once. `texts`, the pages of
    one directory, is read once; memory grows with the number of different short lines.
    """
    documents: dict[str, frozenset[int]] = {}
    for text in texts:
        lines = {fold(line.strip()) for line in clean(text).split("\n")}
        longest = max(lines, key=lambda line: (len(line), line))
        document = zlib.crc32(longest.encode())
        for line in lines:
            known = documents.get(line, frozenset())
            if 0 < len(line) <= LONGEST_REPEATED and len(known) < minimum:
                documents[line] = known | {document}
    return frozenset(line for line, known in documents.items() if len(known) >= minimum)
