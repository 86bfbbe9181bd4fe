"""The dashboard *Ingest*, for operators: where every file stands, how fast files come through, what went wrong."""

from collections.abc import Mapping
from typing import Final

from mappings.kibana.conditions import all_of, equals
from mappings.kibana.layout import Place, SessionList, build_dashboard
from mappings.kibana.lens import (
    Chart,
    by_time,
    by_value,
    count,
    draw_series,
    list_rows,
    measure,
    percentile,
    rank_values,
    show_number,
)
from mappings.kibana.names import load_names
from mappings.kibana.saved_objects import ARCHIVE, LATELY, SavedObject

Labels = Mapping[str, str]

_STATUSES: Final = 6
_TOP: Final = 15

#: Entries of files that came through at the first try in their present form: only their times tell the lag.
_FIRST_TRIES: Final = all_of(equals("status", "indexed", "duplicate"), equals("attempts", "1"))
_UNDETERMINED: Final = equals("language", "und")


def build_ingest(prefix: str, labels: Labels) -> SavedObject:
    """Build the dashboard over `{prefix}-files` and `{prefix}-documents`; `labels` name the documents' fields."""
    ledger, view, titles = f"{prefix}-files", f"{prefix}-documents", load_names("titles")
    documents = count(titles["documents"])
    quarantined = _count(ledger, "quarantine", equals("status", "quarantined"))
    undetermined = _count(view, "undetermined", _UNDETERMINED)
    places = [
        Place("files", _count(ledger, "files"), 0, 0, 9, 7),
        Place("quarantined", quarantined, 0, 7, 9, 7),
        Place("by_status", _draw_statuses(ledger), 9, 0, 15, 14),
        Place("failures", _list_failures(ledger), 24, 0, 24, 14),
        Place("throughput", _draw_throughput(ledger), 0, 14, 24, 13),
        Place("lag", _draw_lag(ledger), 24, 14, 24, 13),
        Place("undetermined", undetermined, 0, 27, 9, 14),
        Place("folders", _list_undetermined(view, labels), 9, 27, 15, 14),
        Place("languages", rank_values(view, "languages", labels["languages"], documents), 24, 27, 24, 14),
        Place("encodings", rank_values(view, "file.encoding", labels["file.encoding"], documents), 0, 41, 16, 13),
        Place("repairs", rank_values(view, "repairs", labels["repairs"], documents), 16, 41, 16, 13),
        Place("dated_by", rank_values(view, "published_method", labels["published_method"], documents), 32, 41, 16, 13),
        Place("quarantine", SessionList(titles["quarantine"], f"{prefix}-quarantine"), 0, 54, 48, 16),
        Place("changes", SessionList(titles["changes"], f"{prefix}-changes"), 0, 70, 48, 16),
    ]
    description = "Where every file of the folder stands, how fast files come through, and what could not be read."
    return build_dashboard(f"{prefix}-ingest", f"{prefix}: {titles['ingest']}", description, places, (), ARCHIVE)


def _count(view: str, name: str, query: str = "") -> Chart:
    label = load_names("titles")[name]
    return show_number(label, view, count(label), query)


def _draw_statuses(ledger: str) -> Chart:
    titles, names = load_names("titles"), load_names("ledger")
    files = count(titles["files"])
    return draw_series(titles["by_status"], ledger, by_value("status", names["status"], _STATUSES, files), [files])


def _list_failures(ledger: str) -> Chart:
    titles, names = load_names("titles"), load_names("ledger")
    files = count(titles["files"])
    columns = [
        by_value("step", names["step"], _STATUSES, files, name="step"),
        by_value("reason.raw", names["reason"], _TOP, files, name="reason"),
        files,
        measure("max", "changed", names["changed"], kind="date"),
    ]
    return list_rows(titles["failures"], ledger, columns, equals("status", "quarantined", "waiting"))


def _draw_throughput(ledger: str) -> Chart:
    titles, names = load_names("titles"), load_names("ledger")
    files = count(titles["files"])
    statuses = by_value("status", names["status"], _STATUSES, files)
    time = by_time("changed", names["changed"])
    return draw_series(titles["throughput"], ledger, time, [files], split=statuses, time_range=LATELY)


def _draw_lag(ledger: str) -> Chart:
    titles = load_names("titles")
    lags = [measure("median", "lag", titles["lag_median"]), percentile(95, "lag", titles["lag_most"])]
    time = by_time("changed", load_names("ledger")["changed"])
    return draw_series(titles["lag"], ledger, time, lags, shape="line", query=_FIRST_TRIES, time_range=LATELY)


def _list_undetermined(view: str, labels: Labels) -> Chart:
    titles = load_names("titles")
    documents = count(titles["documents"])
    folders = by_value("file.directory", labels["file.directory"], _TOP, documents)
    return list_rows(titles["undetermined_folders"], view, [folders, documents], _UNDETERMINED)
