"""Users and TLS: what each user of production may do, and what is said of wrong keys, rights and certificates."""

import datetime
import http.server
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from archive import Archive
from rebuilding import rebuild, roll_back

from daftar.search.archive import search
from daftar.search.explain import explain
from tasks.cluster import Target, check_server, connect, install
from tasks.errors import Misconfigured
from tasks.indices import list_versions
from tests.security.conftest import Guarded
from tests.web.reader import read_from

pytestmark = [pytest.mark.search, pytest.mark.slow]

PAGES = {"نشست.txt": "نشست سران\n\nسران هفت کشور درباره آب گفت‌وگو می‌کنند.\n", "qimma.txt": "قمة\n\nيجتمع القادة.\n"}


@pytest.fixture
def archive(guarded: Guarded, prefix: str, tmp_path: Path) -> Archive:
    """Two pages, put in by the writer of production."""
    folder = tmp_path / "pages"
    folder.mkdir()
    target = guarded.enter("daftar_writer", prefix)
    install(target)
    archive = Archive(folder, target)
    for name, text in PAGES.items():
        archive.write(name, text)
    archive.run()
    return archive


class TestUsers:
    def test_the_writer_may_do_all_that_daftar_does(self, archive: Archive) -> None:
        archive.check()
        rebuild(archive.target)
        archive.write("new.txt", "خبر\n\nnew")
        archive.run()
        roll_back(archive.target)
        archive.check()

    def test_the_writer_may_touch_no_other_indices(self, guarded: Guarded) -> None:
        with pytest.raises(Misconfigured, match=r"\(403, action \[.+\]\)"):
            install(guarded.enter("daftar_writer", "others"))
        assert list_versions(replace(guarded.target, prefix="others"))[0].serving is None

    def test_the_page_may_read_everything_it_shows(self, guarded: Guarded, archive: Archive) -> None:
        target = guarded.enter("daftar_page", archive.target.prefix)
        assert check_server(target).startswith("9.")
        assert search(target, "سران").total == 1
        assert explain(target, "سران کشورها", None)["tokens"]["fa"]
        reader = read_from(target)
        document = archive.current_ids()[0]
        for path in ("/", "/?q=سران", f"/documents/{document}", "/explain?text=سران", "/health"):
            assert reader.get(path).status_code == 200, path

    @pytest.mark.parametrize("user", ["daftar_page", "analyst"])
    def test_readers_change_nothing(self, guarded: Guarded, archive: Archive, user: str) -> None:
        documents, entries = archive.documents(), archive.entries()
        reading = replace(archive, target=guarded.enter(user, archive.target.prefix))
        archive.write("new.txt", "خبر\n\nnew")
        with pytest.raises(Misconfigured, match=r"403|does not let daftar write"):
            reading.run()
        with pytest.raises(Misconfigured, match="403"):
            rebuild(reading.target)
        with pytest.raises(Misconfigured, match="403"):
            install(reading.target)
        assert (archive.documents(), archive.entries()) == (documents, entries)
        assert {versions.serving.number for versions in list_versions(archive.target) if versions.serving} == {1}
        archive.run()
        archive.check()

    def test_the_analyst_searches(self, guarded: Guarded, archive: Archive) -> None:
        assert search(guarded.enter("analyst", archive.target.prefix), "سران").total == 1


class TestCredentials:
    def test_a_wrong_password(self, guarded: Guarded) -> None:
        with pytest.raises(Misconfigured, match=r"refused daftar's credentials \(401\)") as caught:
            check_server(replace(guarded.target, basic_auth=("daftar_writer", "wrong-secret")))
        assert "wrong-secret" not in str(caught.value)

    def test_no_credentials(self, guarded: Guarded) -> None:
        with pytest.raises(Misconfigured, match=r"\(401\)"):
            check_server(replace(guarded.target, basic_auth=None))

    def test_an_api_key_until_it_is_withdrawn(self, guarded: Guarded, prefix: str, tmp_path: Path) -> None:
        client = connect(guarded.target)
        rights = {
            "cluster": ["monitor", "manage_index_templates"],
            "indices": [{"names": [f"{prefix}-*"], "privileges": ["all"]}],
        }
        key = client.security.create_api_key(name=prefix, role_descriptors={"writer": rights})
        target = replace(guarded.target, prefix=prefix, basic_auth=None, api_key=key["encoded"])
        install(target)
        archive = Archive(tmp_path, target)
        archive.write("نشست.txt", PAGES["نشست.txt"])
        archive.run()
        archive.check()
        client.security.invalidate_api_key(ids=[key["id"]])
        archive.write("new.txt", "خبر\n\nnew")
        with pytest.raises(Misconfigured, match=r"\(401\)") as caught:
            archive.run()
        assert key["encoded"] not in str(caught.value)
        assert search(replace(guarded.target, prefix=prefix), "سران").total == 1

    def test_what_is_printed_of_a_target_has_no_secret(self) -> None:
        target = Target("https://127.0.0.1", api_key="secret-key", basic_auth=("writer", "secret-word"))
        assert "secret" not in repr(target)


class TestCertificates:
    def test_an_authority_that_is_not_known(self, guarded: Guarded) -> None:
        with pytest.raises(Misconfigured, match=r"certificate of .+ is not trusted \(.+\)") as caught:
            check_server(replace(guarded.target, ca_certs=None))
        assert "DAFTAR_ELASTICSEARCH_CA_CERTS" in caught.value.advice

    def test_another_authority(self, guarded: Guarded, tmp_path: Path) -> None:
        other = tmp_path / "other.pem"
        trustme.CA().cert_pem.write_to_path(other)
        with pytest.raises(Misconfigured, match="is not trusted"):
            check_server(replace(guarded.target, ca_certs=str(other)))

    @pytest.mark.parametrize("path", ["nowhere.pem", "empty.pem"])
    def test_a_file_that_holds_no_authority(self, guarded: Guarded, tmp_path: Path, path: str) -> None:
        (tmp_path / "empty.pem").write_text("nothing", encoding="utf-8")
        with pytest.raises(Misconfigured, match=f"certificates in .*{path} cannot be read"):
            check_server(replace(guarded.target, ca_certs=str(tmp_path / path)))

    @pytest.mark.parametrize(
        ("names", "days", "reason"),
        [
            (["127.0.0.1"], -1, "certificate has expired"),
            (["elsewhere.example"], 1, "hostname '127.0.0.1' doesn't match 'elsewhere.example'"),
        ],
        ids=["expired", "of another host"],
    )
    def test_a_certificate_that_does_not_hold(
        self, authority: trustme.CA, ca_certs: str, names: list[str], days: int, reason: str
    ) -> None:
        now = datetime.datetime.now(datetime.UTC)
        issued = authority.issue_cert(
            *names, not_before=now - datetime.timedelta(days=2), not_after=now + datetime.timedelta(days=days)
        )
        with serve(issued) as url, pytest.raises(Misconfigured, match=reason):
            check_server(Target(url, basic_auth=("daftar_writer", "word"), ca_certs=ca_certs))


class serve:
    """A server with this certificate, for as long as the block runs."""

    def __init__(self, issued: trustme.LeafCert) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.processes
class TestCommand:
    """The command as its user calls it, with a Prefect server of its own."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Iterator[Path]:
        home = tmp_path / "installation"
        home.mkdir()
        (home / "pages").mkdir()
        yield home
        self.call(home, {}, "down")

    def call(self, home: Path, settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        usual = {name: value for name, value in os.environ.items() if not name.startswith(("DAFTAR_", "PREFECT_"))}
        ours = {"DAFTAR_HOME": str(home / "data"), "DAFTAR_FOLDER": str(home / "pages"), "DAFTAR_SETTLE": "0"}
        command = [sys.executable, "-c", "from daftar.cli import main; main()", *arguments]
        environ = usual | ours | settings
        return subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True, check=False)

    def settings(self, guarded: Guarded, user: str, password: str, prefix: str) -> dict[str, str]:
        return {
            "DAFTAR_ELASTICSEARCH_URL": guarded.target.url,
            "DAFTAR_ELASTICSEARCH_CA_CERTS": guarded.target.ca_certs or "",
            "DAFTAR_ELASTICSEARCH_USERNAME": user,
            "DAFTAR_ELASTICSEARCH_PASSWORD": password,
            "DAFTAR_INDEX_PREFIX": prefix,
        }

    @pytest.mark.whole
    def test_errors_in_two_lines_and_no_secret_anywhere(self, guarded: Guarded, archive: Archive, home: Path) -> None:
        prefix = archive.target.prefix
        for name, text in PAGES.items():
            (home / "pages" / name).write_text(text, encoding="utf-8")
        documents, entries = archive.documents(), archive.entries()
        refused = {
            "(401)": ("daftar_writer", "wrong-secret"),
            "(403, action [": ("daftar_page", guarded.passwords["daftar_page"]),
        }
        for reason, (user, password) in refused.items():
            done = self.call(home, self.settings(guarded, user, password, prefix), "ingest", "--json")
            assert (done.returncode, done.stdout) == (1, "")
            told = [line for line in done.stderr.splitlines() if line.strip()]
            assert reason in done.stderr, done.stderr
            assert told[0].startswith("daftar: ") and len(told) <= 2
            assert password not in done.stderr
            self.assert_nowhere(home, password)
        assert (archive.documents(), archive.entries()) == (documents, entries)
        password = guarded.passwords["daftar_writer"]
        done = self.call(home, self.settings(guarded, "daftar_writer", password, prefix), "ingest", "--json")
        assert done.returncode == 0, done.stderr
        assert '"duplicate":2' in done.stdout
        self.assert_nowhere(home, password)
        shown = self.call(home, self.settings(guarded, "daftar_writer", password, prefix), "settings", "--json")
        assert password not in shown.stdout

    def assert_nowhere(self, home: Path, secret: str) -> None:
        """Logs, the database of the Prefect server and its results have no trace of it."""
        files = [path for path in (home / "data").rglob("*") if path.is_file()]
        assert any(path.suffix == ".db" for path in files)
        assert [path for path in files if secret.encode() in path.read_bytes()] == []
