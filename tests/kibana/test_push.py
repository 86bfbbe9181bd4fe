"""`push` against a server that answers as Kibana does: when it is slow, when it refuses, when it takes only a part."""

import base64
from collections.abc import Iterator

import pytest

from daftar.services import kibana_client
from daftar.services.kibana import build_pack, push
from daftar.services.kibana_client import Credentials
from daftar.services.ports import choose
from tasks.cluster import Target
from tasks.errors import Misconfigured, Unavailable
from tests.kibana.stub import NEWEST, Stub, serve

TARGET = Target("http://127.0.0.1:1", "daftar")
PAGE = "http://localhost:8000"
IMPORT = "POST /api/saved_objects/_import"
SETTINGS = "POST /internal/kibana/settings"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kibana_client, "_PAUSE", 0.01)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serve(Stub()) as stub:
        yield stub


def test_everything_arrives(stub: Stub) -> None:
    pushed = push(stub.url, TARGET, PAGE)
    assert set(stub.objects) == {(saved.type, saved.id) for saved in build_pack("daftar", PAGE)}
    assert pushed.version == "9.4.3"
    assert pushed.objects == {"dashboard": 2, "index-pattern": 2, "search": 5}
    assert pushed.overwritten == 0
    assert pushed.dashboards == (
        f"{stub.url}/app/dashboards#/view/daftar-news",
        f"{stub.url}/app/dashboards#/view/daftar-ingest",
    )


def test_defaults_are_set(stub: Stub) -> None:
    pushed = push(stub.url, TARGET, PAGE)
    assert stub.default_view == "daftar-documents"
    assert stub.settings == {
        "timepicker:timeDefaults": '{"from":"1995-01-01T00:00:00.000Z","to":"now"}',
        "dateFormat:tz": "UTC",
        "defaultRoute": "/app/dashboards#/view/daftar-news",
    }
    assert pushed.settings == ("dateFormat:tz", "defaultRoute", "timepicker:timeDefaults")


def test_the_second_time_changes_nothing(stub: Stub) -> None:
    push(stub.url, TARGET, PAGE)
    before = dict(stub.objects), dict(stub.settings)
    again = push(stub.url, TARGET, PAGE)
    assert (stub.objects, stub.settings) == before
    assert (again.overwritten, again.settings) == (9, ())
    assert stub.requests.count(SETTINGS) == 1


def test_another_prefix_stands_beside(stub: Stub) -> None:
    push(stub.url, TARGET, PAGE)
    push(stub.url, Target(TARGET.url, "other"), PAGE)
    assert len(stub.objects) == 18
    assert stub.objects["index-pattern", "other-files"]["attributes"]["title"] == "other-files"


def test_defaults_are_left_alone_when_told_so(stub: Stub) -> None:
    pushed = push(stub.url, TARGET, PAGE, defaults=False)
    assert (stub.default_view, stub.settings, pushed.settings) == (None, {}, ())
    assert len(stub.objects) == 9


def test_what_an_administrator_holds_is_kept_and_told(stub: Stub) -> None:
    stub.overridden = {"dateFormat:tz"}
    pushed = push(stub.url, TARGET, PAGE)
    assert pushed.kept == ("dateFormat:tz",)
    assert sorted(stub.settings) == ["defaultRoute", "timepicker:timeDefaults"]


def test_a_starting_kibana_is_waited_for(stub: Stub) -> None:
    stub.first = [503, 503]
    assert push(stub.url, TARGET, PAGE).version == "9.4.3"
    assert stub.requests[:3] == ["GET /api/status"] * 3


def test_a_busy_import_is_tried_again(stub: Stub) -> None:
    answer, busy = stub.answer, [503, 429]

    def refuse_at_first(method: str, target: str, headers: object, body: bytes) -> tuple[int, object]:
        if "_import" in target and busy:
            stub.first = [busy.pop()]
        return answer(method, target, headers, body)

    stub.answer = refuse_at_first  # type: ignore[method-assign]  # a stub of the stub
    push(stub.url, TARGET, PAGE)
    assert stub.requests.count(IMPORT) == 3
    assert len(stub.objects) == 9


@pytest.mark.parametrize(
    ("level", "core"),
    [
        ("unavailable", {}),
        ("critical", {}),
        ("degraded", {"elasticsearch": {"level": "available"}, "savedObjects": {"level": "degraded"}}),
        ("degraded", {}),
    ],
)
def test_one_that_never_gets_ready_is_given_up(stub: Stub, level: str, core: dict[str, object]) -> None:
    stub.level, stub.core = level, core
    with pytest.raises(Unavailable, match=f"still starting \\({level}\\)"):
        push(stub.url, TARGET, PAGE, wait=0)
    assert IMPORT not in stub.requests


def test_one_without_the_internet_is_ready_all_the_same(stub: Stub) -> None:
    stub.level = "degraded"
    stub.core = {"elasticsearch": {"level": "available"}, "savedObjects": {"level": "available"}}
    assert push(stub.url, TARGET, PAGE, wait=0).objects["dashboard"] == 2


def test_nobody_there() -> None:
    with pytest.raises(Unavailable, match="does not answer \\(ConnectError\\)"):
        push(f"http://127.0.0.1:{choose(5601)}", TARGET, PAGE, wait=0)


@pytest.mark.parametrize("version", ["8.19.2", "9.3.9", "10.0.0", "7.17.0", "nonsense"])
def test_another_version_gets_nothing(stub: Stub, version: str) -> None:
    stub.version = version
    with pytest.raises(Misconfigured, match=f"needs Kibana 9.4 .* is version {version}"):
        push(stub.url, TARGET, PAGE)
    assert IMPORT not in stub.requests


@pytest.mark.parametrize("version", ["9.4.0", "9.5.0-SNAPSHOT", "9.10.1"])
def test_later_versions_are_taken(stub: Stub, version: str) -> None:
    stub.version = version
    assert push(stub.url, TARGET, PAGE).version == version


def test_a_type_that_is_refused_is_named(stub: Stub) -> None:
    stub.forbidden_types = {"search"}
    with pytest.raises(Misconfigured) as caught:
        push(stub.url, TARGET, PAGE)
    assert "took 4 of 9 objects" in caught.value.reason
    assert "search daftar-quarantine (unsupported_type)" in caught.value.reason
    assert "Enable Discover" in caught.value.advice
    assert SETTINGS not in stub.requests
    assert "\n" not in caught.value.reason + caught.value.advice


@pytest.mark.parametrize(
    "answer",
    [
        {"success": False, "successCount": 9},
        {"success": True, "successCount": 8},
        {"success": True, "successCount": 9, "successResults": []},
        {"success": True},
        {},
    ],
)
def test_a_success_that_is_none(stub: Stub, answer: dict[str, object]) -> None:
    stub._import = lambda *_: (200, answer)  # type: ignore[method-assign]  # a stub of the stub
    with pytest.raises(Misconfigured, match="of 9 objects, not all"):
        push(stub.url, TARGET, PAGE)


def test_formats_newer_than_kibana_are_refused_with_its_words(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NEWEST, "dashboard", (8, 0, 0))
    with pytest.raises(Misconfigured, match="belongs to a more recent version of Kibana"):
        push(stub.url, TARGET, PAGE)


def test_an_object_that_got_another_id_is_found_by_it(stub: Stub) -> None:
    load = stub._import

    def rename(*asked: object) -> tuple[int, object]:
        status, answer = load(*asked)  # type: ignore[arg-type]  # as it came
        for result in answer["successResults"]:
            result["destinationId"] = f"new-{result['id']}"
        return status, answer

    stub._import = rename  # type: ignore[method-assign]  # a stub of the stub
    pushed = push(stub.url, TARGET, PAGE)
    assert stub.default_view == "new-daftar-documents"
    assert pushed.dashboards[0].endswith("#/view/new-daftar-news")


@pytest.mark.parametrize(
    ("wanted", "credentials"),
    [
        ("ApiKey c2VjcmV0", Credentials(api_key="c2VjcmV0")),
        (f"Basic {base64.b64encode('سارا:p4ss'.encode()).decode()}", Credentials(username="سارا", password="p4ss")),
    ],
)
def test_credentials_are_sent(stub: Stub, wanted: str, credentials: Credentials) -> None:
    stub.authorization = wanted
    assert push(stub.url, TARGET, PAGE, credentials=credentials).overwritten == 0
    with pytest.raises(Misconfigured, match="refused daftar's credentials \\(401\\)"):
        push(stub.url, TARGET, PAGE)


def test_credentials_are_not_shown() -> None:
    assert "secret" not in repr(Credentials(api_key="secret", password="secret"))


@pytest.mark.parametrize("base", ["/kibana", "/s/news"])
def test_a_base_path_or_a_space_belongs_to_the_address(base: str) -> None:
    with serve(Stub(base=base)) as stub:
        pushed = push(f"{stub.url}/", TARGET, PAGE)
        assert all(request.split()[1].startswith(base) for request in stub.requests)
        assert pushed.dashboards[0] == f"{stub.url}/app/dashboards#/view/daftar-news"


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (200, "<html>", "no JSON"),
        (200, [], "no object"),
        (200, {"name": "node", "tagline": "You Know, for Search"}, "another form"),
        (200, {"status": "green"}, "another form"),
        (404, {"error": "Not Found"}, "Not Found"),
        (302, "", "sends elsewhere \\(/login\\)"),
    ],
)
def test_something_else_is_not_taken_for_kibana(stub: Stub, status: int, answer: object, reason: str) -> None:
    stub.answer = lambda *_: (status, answer)  # type: ignore[method-assign]  # a stub of the stub
    with pytest.raises(Misconfigured, match=reason):
        push(stub.url, TARGET, PAGE, wait=0)


@pytest.mark.parametrize("url", ["kibana:5601", "ftp://kibana", "", "http://"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(Misconfigured, match="does not answer as a Kibana does"):
        push(url, TARGET, PAGE, wait=0)


@pytest.mark.parametrize("page", ["", "localhost:8000", "javascript:alert(1)", "//host", "http://"])
def test_links_lead_only_to_pages(page: str) -> None:
    with pytest.raises(Misconfigured, match="not usable"):
        build_pack("daftar", page)


def test_certificates_that_cannot_be_read() -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        push("https://127.0.0.1:1", TARGET, PAGE, credentials=Credentials(ca_certs="nowhere.pem"), wait=0)
