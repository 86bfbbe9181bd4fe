"""`daftar kibana push`: put data views, sessions and dashboards into a Kibana, again and again to the same end.

The form of Kibana's answers, of which a success may be a refusal, is that of elastic/kibana at 9.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from daftar.search.labels import LABEL_LANGUAGES, label_field, list_labelled
from daftar.services.kibana_client import Credentials, Kibana, Refused
from mappings.kibana import SavedObject, build_objects, join_names, to_ndjson
from mappings.kibana.saved_objects import ARCHIVE, DASHBOARD, DATA_VIEW, encode
from tasks.cluster import Target
from tasks.errors import Misconfigured

Json = dict[str, Any]

#: Kibana counts its objects by type and id.
_Key = tuple[str, str]

#: What an operator can do about an object that Kibana did not take, by the type of the error.
_ADVICE: Final[Mapping[str, str]] = {
    "missing_references": "Push again; if that does not help, delete daftar's objects in Kibana and push once more.",
    "unsupported_type": "Enable Discover and dashboards in this space, or give these credentials the right to both.",
    "conflict": "Another space has these objects: push there, or use another DAFTAR_INDEX_PREFIX.",
    "ambiguous_conflict": "Several copies of these objects are there: delete them in Kibana, then push again.",
}
_USUAL_ADVICE: Final = "Check that it is a Kibana 9.4 or later, and its log."


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: to which Kibana, how many objects of each type, and what is opened where.

    `dashboards` are addresses; `settings` those of the space that were changed; `kept` those that its
    administrator holds to another value.
    """

    url: str
    version: str
    objects: Mapping[str, int]
    overwritten: int
    dashboards: tuple[str, ...]
    settings: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def build_pack(prefix: str, page_url: str) -> list[SavedObject]:
    """Build the objects for the indices under `prefix`, with the names that the search page uses too.

    Raises Misconfigured when `page_url` is no address that Kibana would make a link of.
    """
    parts = urlsplit(page_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Misconfigured(
            f"The search page's address for links in Kibana is not usable: {page_url!r}",
            "Give one that begins with http:// or https:// and that analysts can open.",
        )
    labels = {
        field: join_names(*(label_field(field, language) for language in LABEL_LANGUAGES)) for field in list_labelled()
    }
    return build_objects(prefix, page_url.rstrip("/"), labels)


def build_file(prefix: str, page_url: str) -> bytes:
    """Build the same as the file that Kibana imports."""
    return to_ndjson(build_pack(prefix, page_url))


def push(
    url: str,
    target: Target,
    page_url: str,
    *,
    credentials: Credentials | None = None,
    wait: float = 180,
    defaults: bool = True,
) -> Pushed:
    """Import the objects for `target`'s indices into the Kibana at `url`, replacing those of the same ids.

    `url` may end in a space (`https://kibana.example/s/news`). Waits up to `wait` seconds for a Kibana that is
    starting. With `defaults` the space also gets daftar's data view, opening page, years and time zone as its
    defaults. Raises Unavailable when Kibana does not answer in time, Misconfigured when it is no Kibana of 9.4
    or later, refuses the credentials, or does not take every object.
    """
    pack = build_pack(target.prefix, page_url)
    with Kibana(url, credentials or Credentials(), wait) as kibana:
        version = kibana.wait_until_ready()
        ids, overwritten = _import(kibana, pack)
        changed, kept = _set_defaults(kibana, target.prefix, ids) if defaults else ((), ())
    counts = {kind: sum(saved.type == kind for saved in pack) for kind in sorted({saved.type for saved in pack})}
    dashboards = tuple(
        f"{kibana.url}/app/dashboards#/view/{ids[saved.type, saved.id]}" for saved in pack if saved.type == DASHBOARD
    )
    return Pushed(kibana.url, version, counts, overwritten, dashboards, changed, kept)


def _import(kibana: Kibana, pack: list[SavedObject]) -> tuple[dict[_Key, str], int]:
    """Import; returns the id each object has in Kibana now, and how many were there before."""
    try:
        answer = kibana.upload("/api/saved_objects/_import", "daftar.ndjson", to_ndjson(pack), {"overwrite": "true"})
    except Refused as error:
        raise Misconfigured(f"Kibana at {kibana.url} refused daftar's objects: {error}", _USUAL_ADVICE) from error
    wanted = {(saved.type, saved.id) for saved in pack}
    results = [result for result in answer.get("successResults") or [] if isinstance(result, dict)]
    # An object whose id is taken in another space gets a new one.
    ids = {
        (result.get("type"), result.get("id")): result.get("destinationId") or result.get("id") for result in results
    }
    missing = sorted(wanted - set(ids))
    if not answer.get("success") or answer.get("successCount") != len(pack) or missing:
        raise _explain(kibana, answer, len(pack), missing)
    return {key: str(ids[key]) for key in wanted}, sum(bool(result.get("overwrite")) for result in results)


def _explain(kibana: Kibana, answer: Json, total: int, missing: list[_Key]) -> Misconfigured:
    errors = [error for error in answer.get("errors") or [] if isinstance(error, dict)]
    details = [error.get("error") or {} for error in errors]
    parts = [
        f"{error.get('type')} {error.get('id')} ({detail.get('type', 'unknown')})"
        for error, detail in zip(errors, details, strict=True)
    ] or [f"{kind} {name}" for kind, name in missing]
    kinds = [str(detail.get("type")) for detail in details]
    advice = next((_ADVICE[kind] for kind in kinds if kind in _ADVICE), _USUAL_ADVICE)
    named = f": {', '.join(parts)}" if parts else ""
    return Misconfigured(
        f"Kibana at {kibana.url} took {answer.get('successCount', 0)} of {total} objects, not all{named}", advice
    )


def _set_defaults(kibana: Kibana, prefix: str, ids: Mapping[_Key, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make daftar's data view, opening page, years and zone the space's; returns settings changed and kept."""
    wanted = {
        "timepicker:timeDefaults": encode(ARCHIVE.to_json()),
        # A day of publication is kept as midnight UTC.
        "dateFormat:tz": "UTC",
        "defaultRoute": f"/app/dashboards#/view/{ids[DASHBOARD, f'{prefix}-news']}",
    }
    try:
        view = {"data_view_id": ids[DATA_VIEW, f"{prefix}-documents"], "force": True}
        kibana.post("/api/data_views/default", view)
        settings = kibana.get("/internal/kibana/settings").get("settings") or {}
        kept = {name for name in wanted if (settings.get(name) or {}).get("isOverridden")}
        changes = {
            name: value
            for name, value in wanted.items()
            if name not in kept and (settings.get(name) or {}).get("userValue") != value
        }
        if changes:
            kibana.post("/internal/kibana/settings", {"changes": changes})
    except Refused as error:
        raise Misconfigured(
            f"Kibana at {kibana.url} has daftar's objects now, but refused the defaults: {error}",
            "Give these credentials the right to data views and advanced settings, or push without defaults.",
        ) from error
    return tuple(sorted(changes)), tuple(sorted(name for name in kept if _differs(settings[name], wanted[name])))


def _differs(setting: Json, value: str) -> bool:
    return bool(setting.get("userValue") != value)
