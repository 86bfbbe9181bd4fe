"""What is learnt about an article beyond its text; one module for each kind of knowledge."""

import re
from typing import Final

from tasks.document import Article, Enrichment, Language, Page
from tasks.enrich.copies import sign
from tasks.enrich.dates import Lines, find_dates
from tasks.enrich.keyphrases import find_keyphrases
from tasks.enrich.names import find_names
from tasks.enrich.published import find_published
from tasks.file_source import to_day
from tasks.text.characters import HARAKAT, TATWEEL, ZWNJ

_WORD: Final = re.compile(rf"[\w{ZWNJ}{TATWEEL}{HARAKAT}]+")


def enrich(page: Page, language: Language, article: Article) -> Enrichment:
    """Learn everything about one article. `page` is the raw text, `article` what is shown of it.

    The day of publication often stands in the furniture, so it is looked for in the page; everything else has
    its offsets in the display text.
    """
    entities = find_names(article.text, language.code)
    lines: Lines = {}
    published = find_published(page.text, language.code, to_day(page.file.mtime_ns), lines)
    return Enrichment(
        word_count=count_words(article.text),
        published=published,
        dates=find_dates(article.text, language.code, published.date, lines),
        entities=entities,
        keyphrases=find_keyphrases(article.text, language.code, [mention.offset for mention in entities]),
        signature=sign(article.text),
    )


def count_words(text: str) -> int:
    """Count words; ZWNJ, marks and kashida join: `count_words("هسته\u200cای شد") == 2`."""
    return sum(1 for _ in _WORD.finditer(text))
