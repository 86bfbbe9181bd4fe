"""Pages from templates: everything escaped, undefined names an error, static files named by their content."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from daftar.web.interface import LANGUAGES, Interface
from daftar.web.marking import mark_fragment
from daftar.web.parameters import THEMES, Asked, build_url

_STATIC: Final = "static"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("daftar.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=find_asset, mark=mark_fragment)
    return environment


@cache
def find_asset(name: str) -> str:
    """Return the address of a static file, which changes when the file does."""
    content = (files("daftar.web") / _STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def render(template: str, asked: Asked, interface: Interface, path: str, **values: Any) -> str:
    """Return a page. `path` is where it is, for the links to itself in another language or other colours."""
    return (
        _environment()
        .get_template(template)
        .render(
            asked=asked,
            ui=interface,
            languages=[(code, name, _switch(asked, path, "ui", code)) for code, name in LANGUAGES.items()],
            themes=[("", _switch(asked, path, "theme", "")), *((t, _switch(asked, path, "theme", t)) for t in THEMES)],
            home_url=build_url("/", asked.manner()),
            explain_url=build_url("/explain", [*([("text", asked.text)] if asked.text else []), *asked.manner()]),
            **values,
        )
    )


def _switch(asked: Asked, path: str, name: str, value: str) -> str:
    kept = [pair for pair in asked.pairs() if pair[0] != name]
    if path == "/explain":
        kept = [("text", text) if key == "q" else (key, text) for key, text in kept]
    return build_url(path, [*kept, *([(name, value)] if value else [])])
