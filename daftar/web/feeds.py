"""Any search as an Atom feed (RFC 4287), the newest documents first."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from xml.etree import ElementTree

from daftar.web.dates import parse_moment
from daftar.web.interface import Interface
from daftar.web.listing import read_fragments
from daftar.web.marking import strip_marks
from daftar.web.parameters import Asked, build_url

Json = dict[str, Any]

_ATOM: Final = "http://www.w3.org/2005/Atom"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

#: What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(hits: Sequence[Json], asked: Asked, interface: Interface, base: str) -> bytes:
    """Return the feed of a search; `base` is the address of the page, without a slash at its end."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {_LANG: interface.language})
    title = interface.say("results_for", text=asked.text) if asked.text else interface.say("latest")
    _add(feed, "title", f"{interface.say('name')}: {title}")
    pairs = [pair for pair in asked.pairs() if pair not in asked.manner()]
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, build_url('daftar:/', pairs))}")
    changes = [_find_change(hit["_source"]) for hit in hits]
    _add(feed, "updated", max(changes, default=datetime.fromtimestamp(0, UTC)).isoformat())
    _add(_add(feed, "author"), "name", interface.say("name"))
    _add(feed, "link", rel="self", type="application/atom+xml", href=base + asked.url("/feed.xml"))
    _add(feed, "link", rel="alternate", type="text/html", href=base + asked.url())
    for hit, changed in zip(hits, changes, strict=True):
        _add_entry(feed, hit, changed, asked, interface, base)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add_entry(
    feed: ElementTree.Element, hit: Json, changed: datetime, asked: Asked, interface: Interface, base: str
) -> None:
    source = hit["_source"]
    document_id = str(source["document_id"])
    entry = _add(feed, "entry")
    entry.set(_LANG, str(source.get("language") or "und"))
    _add(entry, "title", str(source.get("title") or "") or interface.say("untitled"))
    _add(entry, "id", f"urn:daftar:{quote(document_id, safe='')}")
    _add(entry, "updated", changed.isoformat())
    published = parse_moment(source.get("published"))
    if published:
        _add(entry, "published", _with_zone(published).isoformat())
    href = base + build_url(f"/documents/{quote(document_id, safe='')}", asked.manner())
    _add(entry, "link", rel="alternate", type="text/html", href=href)
    fragments = (strip_marks(fragment).strip() for fragment in read_fragments(hit))
    _add(entry, "summary", " … ".join(fragments), type="text")


def _find_change(source: Json) -> datetime:
    moment = parse_moment(source.get("event", {}).get("ingested")) or parse_moment(source.get("@timestamp"))
    return _with_zone(moment) if moment else datetime.fromtimestamp(0, UTC)


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}")
    child.text = _FORBIDDEN.sub("\ufffd", text) or None
    for key, value in attributes.items():
        child.set(key, _FORBIDDEN.sub("\ufffd", value))
    return child
