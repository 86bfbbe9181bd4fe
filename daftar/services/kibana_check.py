"""`daftar kibana check`: whether the objects for Kibana are right, tried on the real archive, without a Kibana."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from daftar.services.kibana import build_file
from daftar.services.kibana_requests import (
    CALCULATED,
    COUNTED,
    SHOWN,
    TIMED,
    Question,
    View,
    is_empty,
    list_questions,
)
from daftar.services.kibana_structure import Finding, find_flaws, read_objects
from mappings import DOCUMENT_FIELDS, LEDGER_FIELDS
from mappings.kibana.saved_objects import ARCHIVE, DATA_VIEW
from tasks.cluster import Target, connect, is_passing, speaking_plainly
from tasks.errors import Unavailable

Json = dict[str, Any]

#: Fields that every archive with documents in it has values of. A panel without a filter that is made of these
#: alone must not be empty; panels of other fields may.
FILLED: Final = frozenset(
    {
        "@timestamp",
        "language",
        "languages",
        "title",
        "body",
        "document_id",
        "file.directory",
        "file.encoding",
        "published_jalali_month",
        "published_method",
        "keyphrases",
        "story_id",
        "copies",
        "signature",
        # The ledger.
        "path",
        "status",
        "step",
        "reason",
        "advice",
        "attempts",
        "changed",
    }
)

#: The share of documents that may lie outside the years that dashboards open on: a few wrong dates are no fault
#: of the dashboards.
_STRAY: Final = 0.01

_PAGE_URL: Final = "http://localhost:8000"
_DATES: Final = frozenset({"date", "date_nanos"})
_NUMBERS: Final = frozenset({"long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float"})
_KINDS: Final[Mapping[str, frozenset[str]]] = {
    COUNTED: frozenset({"keyword", "boolean", "ip", *_DATES, *_NUMBERS}),
    TIMED: _DATES,
    CALCULATED: _DATES | _NUMBERS,
}


def check(target: Target) -> list[Finding]:
    """Return what is wrong with the objects that `push` would send for this archive; nothing when all is well.

    Looked at are their form, their references, the fields they name, and what every panel, session and control
    shows of the documents that are there. Raises Unavailable when Elasticsearch does not answer.
    """
    return check_objects(target, read_objects(build_file(target.prefix, _PAGE_URL)))


def check_objects(target: Target, objects: list[Json]) -> list[Finding]:
    """Return what is wrong with objects as `read_objects` gives them, on this archive."""
    flaws = find_flaws(objects)
    if flaws:
        # What refers to nothing cannot be asked.
        return flaws
    questions = list_questions(objects)
    views = {saved["attributes"]["title"]: saved for saved in objects if saved["type"] == DATA_VIEW}
    kinds = {}
    for indices, saved in views.items():
        found = _read_kinds(target, indices)
        if not found:
            return [Finding(f"{DATA_VIEW} {saved['id']}", f"is over {indices}, which does not exist")]
        runtime = saved["attributes"]["runtimeFieldMap"]
        kinds[indices] = found | {name: {definition["type"]} for name, definition in runtime.items()}
    findings = [finding for saved in views.values() for finding in _check_view(saved, kinds)]
    for question in questions:
        findings += _check_fields(question, kinds[question.view.indices])
    return findings or _check_answers(target, questions)


def _read_kinds(target: Target, indices: str) -> dict[str, set[str]]:
    """Return the types that each field has in some indices; nothing when there are no such indices."""
    with speaking_plainly(target):
        answer = connect(target).field_caps(index=indices, fields="*", ignore_unavailable=True, allow_no_indices=True)
    return {name: set(types) for name, types in answer["fields"].items()}


def _check_view(saved: Json, kinds: Mapping[str, Mapping[str, set[str]]]) -> Iterator[Finding]:
    attributes = saved["attributes"]
    known = kinds[attributes["title"]]
    hidden = {entry["value"].removesuffix(".*") for entry in attributes["sourceFilters"]}
    named = {*attributes["fieldAttrs"], *attributes["fieldFormatMap"]}
    # What is stored and not indexed can be hidden all the same.
    for name in sorted(named - set(known) | hidden - set(known) - DOCUMENT_FIELDS - LEDGER_FIELDS):
        yield Finding(f"{DATA_VIEW} {saved['id']}", f"speaks of the field {name}, which does not exist")
    if not known.get(attributes["timeFieldName"], set()) <= _DATES:
        yield Finding(f"{DATA_VIEW} {saved['id']}", f"takes {attributes['timeFieldName']} for a time")


def _check_fields(question: Question, kinds: Mapping[str, set[str]]) -> Iterator[Finding]:
    for name, use in sorted(question.fields):
        if name not in kinds:
            yield Finding(question.place, f"needs the field {name}, which does not exist")
        elif use != SHOWN and not kinds[name] <= _KINDS[use]:
            types = " and ".join(sorted(kinds[name]))
            yield Finding(question.place, f"needs {name} to be {use}, but it is {types}")


def _check_answers(target: Target, questions: list[Question]) -> list[Finding]:
    views = {question.view.indices: question.view for question in questions}
    findings = list(_check_contents(target, list(views.values())))
    if findings:
        # Then panels are empty for that reason.
        return findings
    for question, answer in zip(questions, ask(target, questions), strict=True):
        if "error" in answer:
            findings.append(Finding(question.place, f"is refused: {_read_reason(answer['error'])}"))
        elif _must_show(question) and is_empty(answer):
            findings.append(Finding(question.place, "is empty and should not be"))
    return findings


def _read_reason(error: Json) -> str:
    causes = error.get("root_cause") or [error]
    return str(causes[0].get("reason") or error.get("type"))


def _must_show(question: Question) -> bool:
    # A filter, or a range of its own, is there to find nothing on a good day.
    everything = not question.filters and question.time_range == ARCHIVE
    return everything and {name for name, _ in question.fields} <= FILLED


def _check_contents(target: Target, views: list[View]) -> Iterator[Finding]:
    """Yield views without documents, and those whose documents lie outside the years that dashboards open on."""
    whole = [Question(view.indices, view, frozenset()) for view in views]
    within = [replace(question, time_range=ARCHIVE) for question in whole]
    counts = [answer["hits"]["total"]["value"] for answer in ask(target, [*whole, *within])]
    for view, total, shown in zip(views, counts[: len(views)], counts[len(views) :], strict=True):
        if not total:
            yield Finding(view.indices, "has no documents; run `daftar ingest` first, then check again")
        elif total - shown > total * _STRAY:
            yield Finding(view.indices, f"has {total - shown} of {total} documents outside {ARCHIVE.start[:10]} to now")


def ask(target: Target, questions: list[Question]) -> list[Json]:
    """Return the answers to questions, in order; one that is refused has an `error` instead.

    Raises Unavailable when Elasticsearch does not answer.
    """
    searches: list[Json] = []
    for question in questions:
        searches += [{"index": question.view.indices, "allow_partial_search_results": False}, question.to_body()]
    with speaking_plainly(target):
        answers = list(connect(target).msearch(searches=searches, max_concurrent_searches=2)["responses"])
    for answer in answers:
        if "error" in answer and is_passing(answer["status"], answer["error"]):
            raise Unavailable(
                f"Elasticsearch at {target.url} cannot search now ({answer['error'].get('type')})",
                "See `daftar status`, then check again.",
            )
    return answers
