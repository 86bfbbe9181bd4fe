"""Which line of a page is its headline, and where the page says it again."""

import re
from collections.abc import Sequence
from typing import Final

from tasks.text.folding import fold

#: A line of so many characters is a paragraph, however it ends; headlines stay well below.
PARAGRAPH_LENGTH: Final = 160
_PARAGRAPH_WORDS: Final = 8
_SENTENCE_END: Final = re.compile(r"[.\u06d4…][\"'»”’)\]]*$")
_SEPARATOR: Final = re.compile(r"\s+[|»•·–—-]\s+")
_MOST_SITE_WORDS: Final = 5
_LEAST_TITLE_WORDS: Final = 3
_LONGEST_HEADLINE_SENTENCE: Final = 15


def ends_sentence(line: str) -> bool:
    """Tell whether `line` ends as a sentence of an article does: `ends_sentence("به تهران رفت.")`."""
    return _SENTENCE_END.search(line) is not None


def count_words(line: str) -> int:
    """Return how many pieces of `line` stand between spaces: `count_words("مرآة العالم") == 2`."""
    return len(line.split())


def is_paragraph(line: str) -> bool:
    """Tell whether `line` is running text, not a headline, a label or a caption."""
    if len(line) >= PARAGRAPH_LENGTH:
        return True
    return ends_sentence(line) and count_words(line) >= _PARAGRAPH_WORDS


def has_letters(line: str) -> bool:
    """Tell whether there is anything to read in `line`: «***» and «۱۲۳» have no letters."""
    return any(map(str.isalpha, line))


def is_headline(line: str) -> bool:
    """Tell whether `line` could be a headline: short, with letters, not closed by a full stop."""
    return len(line) < PARAGRAPH_LENGTH and not ends_sentence(line) and has_letters(line)


def squeeze(text: str) -> str:
    """Return the key of `text` under `fold`, letters and digits only: spacing and quotes do not count."""
    return "".join(filter(str.isalnum, fold(text)))


def find_title(lines: Sequence[str]) -> int | None:
    """Return the index of the title among the lines of an article, blank ones included; None if it has none.

    The title is the first line that is not blank, when it looks like a headline and something follows it. A
    short sentence with its full stop is one too when a blank line sets it off.
    `find_title(["پوتین به تهران رفت", "", "ولادیمیر پوتین …"]) == 0`.
    """
    filled = [index for index, line in enumerate(lines) if line.strip()]
    if len(filled) < 2:
        return None
    index, following = filled[:2]
    line = lines[index].strip()
    if is_headline(line):
        return index
    set_off = following > index + 1 and count_words(line) <= _LONGEST_HEADLINE_SENTENCE
    return index if set_off and len(line) < PARAGRAPH_LENGTH and has_letters(line) else None


def find_repetitions(lines: Sequence[str], title: str) -> list[int]:
    """Return the indices of the lines that say the title again and nothing else.

    `find_repetitions(["«سفر به تهران»", "متن"], "سفر به تهران") == [0]`.
    """
    key = squeeze(title)
    longest = 2 * len(title) + 20
    return [index for index, line in enumerate(lines) if key and len(line) < longest and squeeze(line) == key]


def split_site(title: str) -> tuple[str, str]:
    """Split a title at its last separator: «پوتین در تهران | ایرنا» into the headline and the site's name.

    The second part is empty when there is no separator, or too much behind it for a name.
    """
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return title, ""
    headline, site = title[: separators[-1].start()], title[separators[-1].end() :]
    if not headline.strip() or not site.strip() or count_words(site) > _MOST_SITE_WORDS:
        return title, ""
    return headline, site


def find_doubled(lines: Sequence[str]) -> tuple[int, int] | None:
    """Return, of the first two lines that say one title, the index to keep and the index to drop.

    The one that is kept is without the site's name, else the first. `lines` are those above the text.
    `find_doubled(["پوتین در تهران است | ایرنا", "سیاسی", "پوتین در تهران است"]) == (2, 0)`.
    """
    seen: dict[str, int] = {}
    for index, line in enumerate(lines):
        for key in (squeeze(line), squeeze(split_site(line)[0])):
            earlier = seen.get(key)
            if earlier is not None:
                return (index, earlier) if len(line) < len(lines[earlier]) else (earlier, index)
        if count_words(line) >= _LEAST_TITLE_WORDS:
            seen[squeeze(line)] = seen[squeeze(split_site(line)[0])] = index
    return None
