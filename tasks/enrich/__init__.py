"""What is learnt about an article beyond its text; one module for each kind of knowledge."""

import gc
import threading
from functools import cache
from typing import Final

from tasks.document import Article, Enrichment, File, Language, Page
from tasks.enrich.copies import sign_words
from tasks.enrich.dates import Lines, find_dates
from tasks.enrich.half_spaces import find_restored
from tasks.enrich.keyphrases import find_keyphrases
from tasks.enrich.names import find_names_in
from tasks.enrich.phrase_words import split_words
from tasks.enrich.published import find_published
from tasks.enrich.squeezed_text import squeeze
from tasks.file_source import to_day

#: Garbage is looked for after so many new objects, some 2 MB.
_GARBAGE: Final = 20_000

_loading = threading.Lock()


def warm() -> None:
    """Load all tables now; once loaded, do nothing. Safe in any thread.

    Two threads that loaded them side by side would take twice the memory and the time.
    """
    with _loading:
        _load()


@cache
def _load() -> None:
    # Tables are no garbage: none is looked for while they are made, nor ever after in what is there by then. That
    # would take a fourteenth of a run's Python, and write into what forks share. What a page needed is freed without
    # being looked for: doing that after every 700 objects, as is usual, would take another twentieth.
    gc.disable()
    try:
        _make_tables()
    finally:
        gc.enable()
    gc.freeze()
    gc.set_threshold(_GARBAGE)


def _make_tables() -> None:
    for code, text in (("fa", "وزیر امروز میداند"), ("ar", "قال الوزير اليوم")):
        enrich(Page(File("", 0, 0), "", "", "utf-8", text), Language(code, 1.0), Article("", text))


def enrich(page: Page, language: Language, article: Article) -> Enrichment:
    """Learn everything about one article. `page` is the raw text, `article` what is shown of it.

    The day of publication often stands in the furniture, so it is looked for in the page; everything else has
    its offsets in the display text.
    """
    text = article.text
    squeezed = squeeze(text)
    # What makes a name of أوبك+ makes no other word of it.
    words = [word.removesuffix("+") for word in squeezed.words] if "+" in squeezed.text else squeezed.words
    entities = find_names_in(squeezed, language.code)
    pieces = split_words(text)
    lines: Lines = {}
    published = find_published(page.text, language.code, to_day(page.file.mtime_ns), lines)
    return Enrichment(
        word_count=len(pieces) // 2,
        published=published,
        dates=find_dates(text, language.code, published.date, lines),
        entities=entities,
        keyphrases=find_keyphrases(text, language.code, [mention.offset for mention in entities], pieces=pieces),
        signature=sign_words(words),
        restored=find_restored(text, language, pieces),
    )
