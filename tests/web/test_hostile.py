"""A hundred hostile addresses: a page with a message every time, never a fault, nothing executed."""

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.web.headers import HEADERS
from daftar.web.paging import write_token
from tests.web.reader import Reader

pytestmark = pytest.mark.search

TEXTS = [
    *("<script>alert(1)</script>", '"><svg onload=alert(1)>', "'-alert(1)-'", "</title><img src=x onerror=alert(1)>"),
    *("{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "javascript:alert(1)", "%3Cscript%3E", "&lt;script&gt;", "&#x3c;b"),
    *('"', '""', '"""', "«", "»«", "“", "+", "-", "--", "+-+", "OR", "OR OR OR", "AND NOT", "( ) )(", "[1 TO", "a:b:c"),
    *("*", "**", "?", "*a*", "/.*/", "a~", "a^9", "\\", "\\\\\\", "title:", "title:*", "person:*", "after:2017-13-45"),
    *("after:9999-12-31", "before:0001-01-01", "language:../..", 'path:"*"', "_id:1", "a && b || !c", "{!func}x"),
    *('{"match_all":{}}', "'; DROP TABLE x; --", "../../etc/passwd", "\x00", "\x02\x03", "\x1b[31m", "\ud7ff\uffff"),
    *("\u202eمتن", "\u2066\u2067", "\u200c" * 50, "\u0640" * 200, "ا" * 1000, "آ" * 5000, "ن و " * 400, "\ufeff"),
    *("🂡🀄👨‍👩‍👧", "a\u0301" * 300, "﷽" * 100, "0" * 999, "-" * 999, '"' * 999, "OR " * 333, "+a " * 300, "نیست؟", "؟"),
]
PARAMETERS = [
    *("after=x", "after=", "after=%00", "after=!!!&at=1", "at=-1&after=a", "before=x", "before=W10", "after=e30&at=1"),
    *(
        "from=x",
        "from=9999-99-99",
        "from=0000-00-00",
        "to=1396-13-01",
        "from=2017-01-01T00:00",
        "to=%22%3E%3Cscript%3E",
    ),
    *("from=9999-12-31", "to=0001-01-01", "from=0001-01-01&to=9999-12-31", "sort=x", "sort=_score", "sort=relevance"),
    *("sort=newest&sort=oldest", "ui=xx", "ui=..%2F..", "theme=%22%20onload%3Dx", "first=yes", "first=1&first=1"),
    *("language=", "language=%22", "language=fa" * 30, "&".join(f"language=x{n}" for n in range(50))),
    *(
        "person=" + "x" * 3000,
        "person=%00",
        "person=%FF%FE",
        "place=*",
        "directory=.",
        "directory=..%2F..",
        "directory=%00",
    ),
    *("story=%5B%5D", "keyphrase=%7B%7D", "unknown=1", "q=a&q=b", "q[]=a", "=", "&&&", "%", "%zz", "q=%", "q=%E0%A4%A"),
    "&".join(f"p{n}={n}" for n in range(2000)),
    *(
        f"after={write_token(value)}&at=1&sort=newest"
        for value in (
            [],
            [1],
            [None, None],
            [1, 2],
            ["a", "b"],
            [True, "x"],
            [10**30, "x"],
            [1.5, "x"],
            [-(2**63), "x"],
            [0, "x" * 200],
            [{"a": 1}, "x"],
            [[[[[]]]], "x"],
            [2**63 - 1, "\x00"],
            [0, "'"],
        )
    ),
    *(
        f"q=a&after={write_token(value)}&at=1"
        for value in ([1e300, 1, "x"], [1, 0, "x"], [-1, 0, ""], [3.5e38, 1, "x"])
    ),
    "q=a&at=1&after=" + quote("W05hTiwxLCJ4Il0"),
    "q=a&at=99999999999999999999&after=" + write_token([1.0, 1, "x"]),
    "q=a&at=\u0663&after=" + write_token([1.0, 1, "x"]),
    "after=" + "A" * 10_000 + "&at=1",
    "after=" + "W1" * 150 + "&at=1",
]
ADDRESSES = [
    *(f"/?q={quote(text)}" for text in TEXTS),
    *(f"/?{parameters}" for parameters in PARAMETERS),
    *(f"/explain?text={quote(text)}" for text in TEXTS[::4]),
    *(f"/documents/visit-fa?q={quote(text)}" for text in TEXTS),
    *(f"/documents/{quote(text[:200], safe='')}" for text in TEXTS[::3]),
    *(f"/documents/visit-fa?{parameters}" for parameters in PARAMETERS[::4]),
    *(f"/documents/visit-fa/compare/{quote(text[:100], safe='')}" for text in TEXTS[::9]),
    *(f"/{name}?q={quote(text)}" for name in ("feed.xml", "results.csv", "results.jsonl") for text in TEXTS[::6]),
    *(f"/{name}?{p}" for name in ("feed.xml", "results.csv") for p in PARAMETERS[::8]),
    *(
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/",
        "/static/nope.css",
        "//",
        "/%00",
        "/.env",
        "/documents/",
    ),
]


def test_there_are_enough() -> None:
    assert len(set(ADDRESSES)) > 250


@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_hostile_addresses(reader: Reader, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code in (200, 400, 404), answer.text[:500]
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert_harmless(answer.text)


def assert_harmless(html: str) -> None:
    """Only tags and attributes that the templates write, each value in its quotes, one script of ours."""
    assert html.count("<script") == 1
    assert re.search(r'<script src="/static/page\.js\?v=[0-9a-f]{12}" defer></script>', html)
    assert not re.search(r"<[^>]*\s(?:on\w+|style)\s*=", re.sub(r'"[^"]*"', '""', html))
    assert not re.search(r"<(?:img|iframe|object|embed|base|style)\b", html)
    for url in re.findall(r'(?:href|src|action)="([^"]*)"', html):
        assert url.startswith(("/", "#")), url
        assert not url.startswith("//")
    assert html.rstrip().endswith("</html>")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["q", "from", "to", "person", "directory", "after", "before", "sort", "ui", "theme", "at"]),
    value=st.text(max_size=80),
    query=st.text(max_size=30),
)
def test_any_parameter_gives_a_page(reader: Reader, name: str, value: str, query: str) -> None:
    def encode(text: str) -> str:
        return quote(text.encode(errors="replace"))

    answer = reader.get(f"/?q={encode(query)}&{name}={encode(value)}")
    assert answer.status_code == 200
    assert_harmless(answer.text)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/documents/visit-fa", "/explain", "/feed.xml", "/results.csv", "/health"])
def test_pages_can_only_be_read(reader: Reader, method: str, path: str) -> None:
    answer = reader.get(path, method)
    assert answer.status_code == 405
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/documents/visit-fa", "/explain", "/feed.xml", "/results.csv", "/health"])
def test_heads_can_be_asked_for(reader: Reader, path: str) -> None:
    assert reader.get(path, "HEAD").status_code == 200


def test_a_name_of_another_site_is_refused(reader: Reader) -> None:
    answer = reader.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "Daftar" not in answer.text


def test_a_long_search_is_cut_and_says_so(reader: Reader) -> None:
    html = reader.get("/?q=" + "a" * 5000).text
    assert "was longer than 1,000 characters and was cut" in html
    assert f'value="{"a" * 1000}"' in html


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("from=yesterday", "is no date and was left out"),
        ("after=zzz&at=1", "The address of that page was not right"),
        ("person=" + "x" * 600, "was not accepted"),
    ],
)
def test_what_was_not_taken_is_said(reader: Reader, parameters: str, message: str) -> None:
    assert message in reader.get(f"/?{parameters}").text


def test_nothing_inline_nothing_foreign(reader: Reader) -> None:
    policy = reader.get("/").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_health_says_whose_it_is(reader: Reader) -> None:
    assert json.loads(reader.get("/health").text) == {"ok": True, "service": "daftar"}
