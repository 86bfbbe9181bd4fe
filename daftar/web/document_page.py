"""What the page of one document shows, as values for its template."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from markupsafe import Markup, escape

from daftar.search.documents import Match, Reason, find_match, list_copies, list_events, list_versions
from daftar.search.highlights import CLOSE, OPEN
from daftar.search.labels import ENTITY_FACETS
from daftar.web.dates import parse_moment, write_both, write_clock, write_days, write_short
from daftar.web.interface import Interface, direction_of
from daftar.web.marking import MarkedText, Span, join_marks, keep_apart, locate_marks, split_paragraphs
from daftar.web.names import load_names
from daftar.web.parameters import Asked, build_url
from daftar.web.related import list_related
from daftar.web.search_page import Item, show_item
from tasks.cluster import Target
from tasks.enrich.candidates import PREFIX as CANDIDATE

Json = dict[str, Any]

#: What the page says about a document and its file, in this order.
FACTS: Final = (
    *("file.path", "paths", "file.size", "file.mtime", "file.encoding", "file.hash.sha256", "repairs"),
    *("languages", "language_confidence", "word_count", "published_text", "published_method"),
    *("event.ingested", "run_id", "pipeline_version", "document_id"),
)
_TIMES: Final = frozenset({"file.mtime", "event.ingested"})

_KINDS: Final[tuple[str, ...]] = ("person", "place", "organization", "date")

#: Characters of a text that a page shows; more is no reading matter.
LONGEST: Final = 1_000_000

#: More mentions than any article has; what is beyond is shown unmarked.
_MOST_MENTIONS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Bundle:
    """A document and everything fetched beside it."""

    document: Json
    match: Match | None
    versions: list[Json]
    copies: list[Json]
    events: list[Json]
    related: list[Json]


def fetch_bundle(target: Target, document: Json, text: str) -> Bundle:
    """Fetch what belongs to a document; `text` is the search that led to it, or empty."""
    return Bundle(
        document=document,
        match=find_match(target, document, text, (OPEN, CLOSE)) if text and _is_readable(document) else None,
        versions=list_versions(target, document),
        copies=list_copies(target, document),
        events=list_events(target, document),
        related=list_related(target, document),
    )


def _is_readable(document: Json) -> bool:
    return len(str(document.get("body") or "")) <= LONGEST


def show_document(bundle: Bundle, asked: Asked, interface: Interface) -> dict[str, Any]:
    """Return everything the template shows."""
    document = bundle.document
    language = str(document.get("language") or "und")
    title, paragraphs, kinds = _mark_document(document, bundle.match, asked, interface)
    moment = parse_moment(document.get("published")) or parse_moment(document.get("@timestamp"))
    removed = parse_moment(document.get("removed_at"))
    return {
        "document": document,
        "plain_title": str(document.get("title") or "") or interface.say("untitled"),
        "title": title,
        "paragraphs": paragraphs,
        "kinds": kinds,
        "language": language,
        "direction": direction_of(language),
        "language_name": interface.language_name(language),
        "day": write_both(moment.date(), interface) if moment else ("", ""),
        "iso": moment.date().isoformat() if moment else "",
        "from_file": not document.get("published") or document.get("published_method") == "file",
        "cut": not _is_readable(document),
        "reasons": _explain(bundle.match, interface),
        "keyphrases": list(_list_keyphrases(document, asked)),
        "removed_lines": [line for line in str(document.get("removed_text") or "").split("\n") if line.strip()],
        "facts": list(_list_facts(document, interface)),
        "versions": [_show_version(version, document, asked, interface) for version in bundle.versions],
        "newer_url": _find_newer(bundle, asked),
        "removed_at": write_short(removed.date(), interface) if removed else "",
        "events": [_show_event(event, interface) for event in bundle.events],
        "copies": [_show_linked(copy, document, asked, interface) for copy in bundle.copies],
        "related": [
            show_item({"_source": other}, Asked(interface=asked.interface, theme=asked.theme), interface)
            for other in bundle.related
        ],
        "back_url": asked.url(),
    }


def _mark_document(
    document: Json, match: Match | None, asked: Asked, interface: Interface
) -> tuple[Markup, list[Markup], list[str]]:
    """Return title and paragraphs as HTML, and the kinds of marks in them."""
    title, body = str(document.get("title") or ""), str(document.get("body") or "")
    text = f"{title}\n\n{body}" if title else body
    start = len(title) + 2 if title else 0
    marks: list[tuple[int, int]] = []
    if match:
        marks += locate_marks(match.title, title)
        marks += ((start + first, start + last) for first, last in locate_marks(match.body, body))
    marks = join_marks(marks)
    mentions = list(_list_spans(document, asked, interface))
    spans = keep_apart((span for span, _ in mentions), len(text))
    kept = set(spans)
    present = {kind for span, kind in mentions if span in kept}
    marked = MarkedText(text, spans, marks)
    kinds = [kind for kind in _KINDS if kind in present]
    heading = marked.render(0, len(title)) if title.strip() else escape(interface.say("untitled"))
    paragraphs = [marked.render(start + first, start + last) for first, last in split_paragraphs(body[:LONGEST])]
    return heading, paragraphs, kinds


def _list_spans(document: Json, asked: Asked, interface: Interface) -> Iterator[tuple[Span, str]]:
    manner, names = asked.manner(), load_names()
    for first, last, mention in _read_mentions(document.get("entity_mentions")):
        kind = str(mention.get("kind") or "")
        if kind not in ENTITY_FACETS:
            continue
        entity_id = str(mention.get("id") or "")
        label = names.share_label(entity_id, str(mention.get("label") or mention.get("text") or ""))
        name = names.name_value(ENTITY_FACETS[kind], label, interface.language)
        # A person known by a title alone is in no facet; a search finds the name in both scripts by its sound.
        wanted = ("q", label) if entity_id.startswith(CANDIDATE) else (ENTITY_FACETS[kind], label)
        url = build_url("/", [wanted, *manner])
        before = Markup('<a class="{}" href="{}" title="{}">').format(
            f"name {kind}", url, f"{interface.say(f'kind.{kind}')}: {name}"
        )
        yield Span(first, last, before, Markup("</a>")), kind
    for first, last, mention in _read_mentions(document.get("date_mentions")):
        start, end = _read_days(mention)
        if start is None:
            continue
        before = Markup('<time class="name date" datetime="{}" title="{}">').format(
            start.isoformat(), write_days(start, end, interface)
        )
        yield Span(first, last, before, Markup("</time>")), "date"


def _read_mentions(mentions: Any) -> Iterator[tuple[int, int, Json]]:
    """Yield the mentions with their offsets; what is stored without is passed over."""
    if not isinstance(mentions, list):
        return
    for mention in mentions[:_MOST_MENTIONS]:
        offset = mention.get("offset") if isinstance(mention, dict) else None
        if isinstance(offset, list) and len(offset) == 2 and all(type(place) is int for place in offset):
            yield offset[0], offset[1], mention


def _read_days(mention: Json) -> tuple[date | None, date | None]:
    start, end = parse_moment(mention.get("start")), parse_moment(mention.get("end"))
    return start.date() if start else None, end.date() if end else None


def _list_keyphrases(document: Json, asked: Asked) -> Iterator[tuple[str, str]]:
    """Yield each keyphrase with the address of the documents that have it."""
    for phrase in document.get("keyphrases") or ():
        yield phrase, build_url("/", [("keyphrase", phrase), *asked.manner()])


def _explain(match: Match | None, interface: Interface) -> list[str]:
    if match is None:
        return []
    return [_say_reason(reason, interface) for reason in match.reasons]


def _say_reason(reason: Reason, interface: Interface) -> str:
    if not reason.way:
        return interface.say("why.absent", word=reason.word)
    field = interface.say(f"field.{reason.field}") if reason.field else ""
    return interface.say(f"why.{reason.way}", word=reason.word, field=field)


def _list_facts(document: Json, interface: Interface) -> Iterator[tuple[str, list[str], bool]]:
    """Yield the name of a fact, its values, and whether they are words of the interface's language."""
    for field in FACTS:
        value: Any = document
        for part in field.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value in (None, "", []) or (field == "paths" and len(value) == 1):
            continue
        yield interface.label(field), *_write_fact(field, value, interface)


def _write_fact(field: str, value: Any, interface: Interface) -> tuple[list[str], bool]:
    if field in _TIMES:
        moment = parse_moment(value)
        if moment is None:
            return [str(value)], False
        return [
            f"{write_days(moment, moment, interface)}{interface.say('comma')} {write_clock(moment, interface)} UTC"
        ], True
    if field == "file.size":
        return [interface.bytes(int(value))], True
    if field == "languages":
        return [interface.language_name(str(code)) for code in value], True
    if field == "language_confidence":
        return [interface.percent(float(value))], True
    if isinstance(value, list):
        return [str(part) for part in value], False
    if isinstance(value, int | float) and field != "pipeline_version":
        return [interface.number(value)], True
    return [str(value)], False


def _show_version(version: Json, shown: Json, asked: Asked, interface: Interface) -> Json:
    linked = _show_linked(version, shown, asked, interface)
    number = int(version.get("version") or 1)
    linked["label"] = interface.say("version", number=number)
    linked["this"] = version["document_id"] == shown["document_id"]
    return linked


def _show_linked(other: Json, shown: Json, asked: Asked, interface: Interface) -> Json:
    plain = Asked(interface=asked.interface, theme=asked.theme)
    item: Item = show_item({"_source": other}, plain, interface)
    older, newer = other["document_id"], shown["document_id"]
    if int(other.get("version") or 1) > int(shown.get("version") or 1):
        older, newer = newer, older
    indexed = parse_moment(other.get("event", {}).get("ingested"))
    return {
        "item": item,
        "compare_url": build_url(f"/documents/{newer}/compare/{older}", asked.manner()),
        "indexed": write_short(indexed.date(), interface) if indexed else "",
    }


def _find_newer(bundle: Bundle, asked: Asked) -> str:
    newest = bundle.versions[0]
    if bundle.document.get("current") or newest["document_id"] == bundle.document["document_id"]:
        return ""
    return build_url(f"/documents/{newest['document_id']}", asked.manner())


def _show_event(event: Json, interface: Interface) -> Json:
    moment = parse_moment(event.get("time"))
    when = f"{write_short(moment.date(), interface)} {write_clock(moment, interface)}" if moment else ""
    words = {name: str(event.get(name) or "") for name in ("step", "outcome", "reason")}
    return {**words, "when": when, "iso": str(event.get("time") or "")}
