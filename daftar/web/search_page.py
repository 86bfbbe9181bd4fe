"""What the search page shows, as values for its template."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from daftar.search.labels import FACETS, Facet
from daftar.web.chart import draw_chart
from daftar.web.dates import parse_moment, write_both, write_short
from daftar.web.interface import Interface, direction_of
from daftar.web.listing import Listing, read_fragments, read_title
from daftar.web.marking import mark_fragment
from daftar.web.names import Names, load_names
from daftar.web.parameters import Asked

Json = dict[str, Any]

#: Values of a facet that are seen at once; the others unfold.
SHOWN_VALUES = 6


@dataclass(frozen=True, slots=True)
class Item:
    """One document in a list."""

    url: str
    title: Markup
    language: str
    direction: str
    language_name: str
    day: tuple[str, str]
    iso: str
    from_file: bool
    path: str
    fragments: list[Markup]
    copies: int
    is_copy: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, or one filter in force: what it is called, its count, the address that turns it."""

    label: str
    url: str
    count: int = 0
    chosen: bool = False
    lang: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One facet: its name, and the values to choose from."""

    name: str
    title: str
    choices: list[Choice]


def show_listing(listing: Listing, asked: Asked, interface: Interface) -> dict[str, Any]:
    """Return everything the template shows."""
    names = load_names()
    sections = [_show_facet(facet, listing, asked, interface, names) for facet in FACETS]
    return {
        "items": [show_item(hit, asked, interface) for hit in listing.hits],
        "listing": listing,
        "last": listing.first + len(listing.hits) - 1,
        "sections": [section for section in sections if section.choices],
        "chips": list(_show_chips(listing, asked, interface, names)),
        "chart": draw_chart(listing.bars, asked, interface),
        "orders": [
            Choice(interface.say(f"sort.{order}"), _reorder(asked, order).url(), chosen=order == asked.sorting)
            for order in (("relevance", "newest", "oldest") if asked.text else ("newest", "oldest"))
        ],
        "next_url": _turn(asked, "after", listing.after, listing.first + len(listing.hits) - 1),
        "previous_url": _turn(asked, "before", listing.before, listing.first - 1),
        "suggestion_url": _retype(asked, listing.suggestion).url(),
        "cleared_url": _retype(Asked(interface=asked.interface, theme=asked.theme), asked.text).url(),
        "copies_url": asked.narrow(first_only=not asked.narrowing.first_only).url(),
    }


def _reorder(asked: Asked, order: str) -> Asked:
    return replace(asked, order=order)


def _retype(asked: Asked, text: str) -> Asked:
    return replace(asked, text=text)


def _turn(asked: Asked, way: str, token: str, place: int) -> str:
    return asked.url(extra=[(way, token), ("at", str(place))]) if token else ""


def show_item(hit: Json, asked: Asked, interface: Interface) -> Item:
    """Return one document of a list; `hit` is Elasticsearch's, with or without marks."""
    source, marked = hit["_source"], read_title(hit)
    language = str(source.get("language") or "und")
    moment = parse_moment(source.get("published")) or parse_moment(source.get("@timestamp"))
    title = str(source.get("title") or "")
    heading = mark_fragment(marked) if marked else escape(title)
    return Item(
        url=asked.url(f"/documents/{source['document_id']}"),
        title=heading if title.strip() else escape(interface.say("untitled")),
        language=language,
        direction=direction_of(language),
        language_name=interface.language_name(language),
        day=write_both(moment.date(), interface) if moment else ("", ""),
        iso=moment.date().isoformat() if moment else "",
        from_file=not source.get("published") or source.get("published_method") == "file",
        path=str(source.get("file", {}).get("path") or ""),
        fragments=[mark_fragment(fragment.replace("\n", " ").strip()) for fragment in read_fragments(hit)],
        copies=int(source.get("copies") or 0),
        is_copy=bool(source.get("copy_of")),
    )


def _show_facet(facet: Facet, listing: Listing, asked: Asked, interface: Interface, names: Names) -> Section:
    chosen = asked.narrowing.values.get(facet.name, ())
    choices = []
    for bucket in listing.facets.get(facet.name, []):
        label, lang = _name_choice(facet.name, bucket.value, bucket.example, interface, names)
        url = asked.toggle(facet.name, bucket.value).url()
        choices.append(Choice(label, url, bucket.count, bucket.value in chosen, lang))
    if len(choices) == 1 and not choices[0].chosen and not facet.several:
        # One folder or one language is nothing to choose from.
        choices = []
    return Section(facet.name, interface.say(f"facet.{facet.name}"), choices)


def _name_choice(facet: str, value: str, example: str, interface: Interface, names: Names) -> tuple[str, str]:
    """Return what a value of a facet is called, and the language of that name where it is known."""
    if facet == "language":
        return interface.language_name(value), interface.language
    if facet == "directory":
        return (value, "") if value else (interface.say("top_folder"), interface.language)
    if facet == "story":
        return example or value[:12], ""
    name = names.name_value(facet, value, interface.language)
    return name, interface.language if name != value else ""


def _show_chips(listing: Listing, asked: Asked, interface: Interface, names: Names) -> Iterator[Choice]:
    narrowing = asked.narrowing
    for facet in FACETS:
        examples = {bucket.value: bucket.example for bucket in listing.facets.get(facet.name, [])}
        for value in narrowing.values.get(facet.name, ()):
            label, lang = _name_choice(facet.name, value, examples.get(value, ""), interface, names)
            kind = interface.say(f"facet.{facet.name}")
            yield Choice(label, asked.toggle(facet.name, value).url(), lang=lang, kind=kind)
    if narrowing.start:
        label = write_short(narrowing.start, interface)
        yield Choice(label, asked.narrow(start=None).url(), kind=interface.say("from"))
    if narrowing.end:
        label = write_short(narrowing.end, interface)
        yield Choice(label, asked.narrow(end=None).url(), kind=interface.say("to"))
    if narrowing.first_only:
        yield Choice(interface.say("first_only.chip"), asked.narrow(first_only=False).url())
