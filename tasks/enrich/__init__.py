"""What is learnt about an article beyond its text; one module for each kind of knowledge."""

import re
from typing import Final

from tasks.document import Article, Enrichment, Language, Page
from tasks.text.characters import HARAKAT, TATWEEL, ZWNJ

_WORD: Final = re.compile(rf"[\w{ZWNJ}{TATWEEL}{HARAKAT}]+")


def enrich(page: Page, language: Language, article: Article) -> Enrichment:  # noqa: ARG001 (the steps' common shape)
    """Learn everything about one article. `page` is the raw text, `article` what is shown of it."""
    return Enrichment(word_count=count_words(article.text))


def count_words(text: str) -> int:
    """Count words; ZWNJ, marks and kashida join: `count_words("هسته\u200cای شد") == 2`."""
    return sum(1 for _ in _WORD.finditer(text))
