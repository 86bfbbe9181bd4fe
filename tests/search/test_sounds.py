"""Names spelt two ways find each other; a word that only sounds like a name finds nothing by it."""

import secrets
from collections.abc import Iterator

import pytest

from daftar.search.archive import search
from daftar.search.query import match_sound
from tasks.batch import ingest_files
from tasks.cluster import Target, connect, install
from tasks.document import File
from tasks.index import refresh
from tasks.job import Job

PAGES = {
    "zarif.txt": "سفر وزیر\n\nمحمدجواد ظریف وزیر خارجه ایران روز سه‌شنبه برای گفت‌وگو به مسکو رفت و بازگشت.",
    "putin.txt": "بوتين في طهران\n\nوصل الرئيس الروسي فلاديمير بوتين إلى طهران يوم الأربعاء لإجراء محادثات.",
    "poutin.txt": "پوتین در تهران\n\nولادیمیر پوتین رئیس‌جمهور روسیه روز چهارشنبه برای گفت‌وگو به تهران آمد.",
    "chekrimov-fa.txt": "بازدید از مرز\n\nوزیر دفاع، پیتر چکریموف، روز شنبه از پاسگاه مرزی بازدید کرد و سخن گفت.",
    "chekrimov-ar.txt": "زيارة الحدود\n\nقال وزير الدفاع بيتر تشكريموف يوم السبت إن الحدود آمنة وإن الجنود بخير.",
}

pytestmark = pytest.mark.search


@pytest.fixture(scope="module")
def archive(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The pages above, taken through all steps."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    target = Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")
    install(target)
    files = [File(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]
    ingest_files(Job(str(folder), str(folder), target, "run-of-a-test", 10**8), files)
    refresh(target)
    yield target
    client = connect(target)
    client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
    client.indices.delete_index_template(name=f"{target.prefix}-*")


def find(archive: Target, text: str) -> set[str]:
    return {hit.path for hit in search(archive, text).hits}


@pytest.mark.parametrize("word", ["زرافه", "ظروف", "بتن", "تیران", "ماسک"])
def test_a_word_finds_no_name_that_only_sounds_like_it(archive: Target, word: str) -> None:
    assert find(archive, word) == set()
    assert search(archive, word, sort="date").total == 0


@pytest.mark.parametrize(
    ("texts", "pages"),
    [
        (("putin", "Putin", "پوتین", "بوتين", "ولادیمیر پوتین", "فلاديمير بوتين"), {"putin.txt", "poutin.txt"}),
        (("tehran", "Tehran", "تهران", "طهران"), {"putin.txt", "poutin.txt"}),
        (("پیتر چکریموف", "بيتر تشكريموف", "پیتر تشکریموف"), {"chekrimov-fa.txt", "chekrimov-ar.txt"}),
        (("محمد جواد ظریف", "محمدجواد ضريف", "Zarif"), {"zarif.txt"}),
    ],
)
def test_the_spellings_of_a_name_find_the_same_pages(archive: Target, texts: tuple[str, ...], pages: set[str]) -> None:
    for text in texts:
        assert pages <= find(archive, text), text


def test_names_that_sound_alike_come_after_the_name_as_written(archive: Target) -> None:
    assert search(archive, "پیتر چکریموف").hits[0].path == "chekrimov-fa.txt"
    assert search(archive, "بيتر تشكريموف").hits[0].path == "chekrimov-ar.txt"


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("پاول چرنوف", True),
        ("محمد بن سلمان آل سعود", True),
        ("زرافه", False),
        ("ظریف در مسکو", False),
        ("متى ولد نجيب محفوظ", False),
        ("Pavel Chernov", False),
        ("ظریف ۱۳۹۶", False),
        ("یک دو سه چهار پنج شش", False),
        ("", False),
    ],
)
def test_only_a_whole_name_is_sought_by_its_sound(text: str, sought: bool) -> None:
    assert (match_sound(text) is not None) == sought
