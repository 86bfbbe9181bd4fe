"""The gazetteer: what it holds, how it is read again, and the faults the check finds."""

import os
from pathlib import Path

import pytest

from tasks.enrich.entities import COLUMNS, KINDS, name_key, parse_spellings, read_table
from tasks.enrich.gazetteer import check_gazetteer, load_gazetteer, own_folder
from tasks.enrich.places import LEAST_LETTERS, list_cities, list_countries, name_id, tell_languages
from tasks.errors import Misconfigured
from tasks.text.characters import ZWNJ

PERSON = "ann-other\tAnn Other\tآن آدر\tآن آذر\t\tGB\n"


def write_table(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("# for a test\n" + "".join(rows), encoding="utf-8")
    return path


def test_own_tables_are_sound() -> None:
    assert check_gazetteer(own_folder()) == []


def test_own_list_holds_enough_people_and_organizations() -> None:
    kinds = [entity.kind for entity in load_gazetteer()]
    assert kinds.count("person") >= 600
    assert kinds.count("organization") >= 400


@pytest.mark.parametrize("table", COLUMNS)
def test_every_row_is_taken(table: str) -> None:
    path = own_folder() / table
    rows = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    gazetteer = load_gazetteer()
    entities = list(read_table(path))
    assert len(entities) == len(rows) == len({entity.id for entity in entities})
    assert all(entity.id in gazetteer and entity.kind == KINDS[table] for entity in entities)


@pytest.mark.parametrize(
    ("entity_id", "kind", "fa", "ar", "en"),
    [
        ("vladimir-putin", "person", "ولادیمیر پوتین", "فلاديمير بوتين", "Vladimir Putin"),
        ("recep-tayyip-erdogan", "person", "رجب طیب اردوغان", "رجب طيب أردوغان", "Recep Tayyip Erdogan"),
        ("tehran", "place", "تهران", "طهران", "Tehran"),
        ("united-states", "place", "آمریکا", "الولايات المتحدة", "United States"),
        ("united-nations", "organization", "سازمان ملل متحد", "الأمم المتحدة", "United Nations"),
    ],
)
def test_labels_in_three_languages(entity_id: str, kind: str, fa: str, ar: str, en: str) -> None:
    entity = load_gazetteer().entity(entity_id)
    assert entity.kind == kind
    assert [entity.label_in(language) for language in ("fa", "ar", "en")] == [fa, ar, en]


def test_spellings_fill_the_field_names() -> None:
    spellings = load_gazetteer().spellings("vladimir-putin")
    assert {"پوتین", "بوتين", "Putin"} <= set(spellings)
    assert len(spellings) == len(set(spellings))
    assert load_gazetteer().spellings("nobody") == ()


@pytest.mark.parametrize(
    ("entity_id", "latitude", "longitude"),
    [("tehran", 35.7, 51.4), ("damascus", 33.5, 36.3), ("iran", 32.4, 53.7), ("strait-of-hormuz", 26.6, 56.5)],
)
def test_places_lie_where_they_are(entity_id: str, latitude: float, longitude: float) -> None:
    location = load_gazetteer().entity(entity_id).location
    assert location is not None
    assert location == pytest.approx((latitude, longitude), abs=0.2)


def test_every_country_has_names_in_both_languages_and_sovereign_ones_a_place_on_the_map() -> None:
    countries = [entity for entity in load_gazetteer() if entity.type == "country"]
    assert len({entity.country for entity in countries}) == len(countries) >= 240
    assert all(entity.spellings["fa"] and entity.spellings["ar"] for entity in countries)
    located = {entity.country for entity in countries if entity.location}
    assert {"IR", "IQ", "SA", "EG", "TR", "SY", "RU", "US", "CN", "FR"} <= located


def test_a_country_takes_the_packages_spellings_after_its_own() -> None:
    spellings = load_gazetteer().spellings("united-arab-emirates")
    assert spellings[0] == "امارات متحده عربی"
    assert "الإمارات" in spellings


def test_a_refused_spelling_is_left_out() -> None:
    mali = load_gazetteer().entity("mali").spellings["fa"]
    assert (mali[0].text, mali[0].sure) == ("مالی", False)
    assert all(not spelling.text.startswith("-") for spelling in mali)


@pytest.mark.parametrize("entity_id", ["shiraz-ir", "tehran-ir", "dubai-ae", "mashhad-ir"])
def test_a_listed_city_is_not_taken_twice(entity_id: str) -> None:
    assert entity_id in {city.id for city in list_cities()}
    assert entity_id not in load_gazetteer()


def test_a_city_of_the_packages_is_never_sure() -> None:
    city = load_gazetteer().entity("novosibirsk-ru")
    assert city.location == pytest.approx((55.04, 82.93), abs=0.1)
    assert not any(spelling.sure for spelling in city.spellings["ar"])
    assert all(len(name_key(s.text)) >= LEAST_LETTERS - 1 for of in ("fa", "ar") for s in city.spellings[of])


def test_countries_come_in_three_languages() -> None:
    iran = next(country for country in list_countries() if country.country == "IR")
    assert [iran.spellings[language][0].text for language in ("fa", "ar", "en")] == ["ایران", "إيران", "Iran"]


def test_languages_are_told_by_letters() -> None:
    told = tell_languages(["شیکاگو", "شيكاغو", "شکاگوٹ", "シカゴ", "Chicago", "سالتا", f"کیپ{ZWNJ}تاون", "قم"])
    assert told == {"fa": ("شیکاگو", f"کیپ{ZWNJ}تاون", "سالتا"), "ar": ("شيكاغو", "سالتا")}


@pytest.mark.parametrize(
    ("label", "expected"),
    [("Côte d'Ivoire", "cote-divoire"), ("Washington, D.C.", "washington-dc"), ("São Paulo", "sao-paulo")],
)
def test_ids_are_made_of_names(label: str, expected: str) -> None:
    assert name_id(label) == expected


def test_marks_of_spellings() -> None:
    read = [(spelling.text, spelling.sure, spelling.sought) for spelling in parse_spellings("حركة فتح|فتح?|صور!")]
    assert read == [("حركة فتح", True, True), ("فتح", False, True), ("صور", True, False)]


def test_one_gazetteer_for_the_process() -> None:
    assert load_gazetteer() is load_gazetteer()


def test_a_further_folder_adds_and_replaces(tmp_path: Path) -> None:
    write_table(tmp_path, "people.tsv", PERSON, "vladimir-putin\tV. Putin\tپوتین\tبوتين\t\tRU\n")
    gazetteer = load_gazetteer(tmp_path)
    assert gazetteer.entity("ann-other").label_in("fa") == "آن آدر"
    assert gazetteer.entity("vladimir-putin").label == "V. Putin"
    assert "tehran" in gazetteer
    assert "ann-other" not in load_gazetteer()


def test_a_changed_table_is_read_again(tmp_path: Path) -> None:
    path = write_table(tmp_path, "people.tsv", PERSON)
    first = load_gazetteer(tmp_path)
    write_table(tmp_path, "people.tsv", PERSON.replace("آن آدر", "آن آذری"))
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    second = load_gazetteer(tmp_path)
    assert first.entity("ann-other").label_in("fa") == "آن آدر"
    assert second.entity("ann-other").label_in("fa") == "آن آذری"
    assert load_gazetteer(tmp_path) is second


def test_a_table_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    write_table(tmp_path, "people.tsv", PERSON, "too\tfew\n")
    with pytest.raises(Misconfigured, match=r"people\.tsv, line 3") as caught:
        load_gazetteer(tmp_path)
    assert "parted by tabs" in caught.value.advice


@pytest.mark.parametrize(
    ("table", "rows", "expected"),
    [
        ("people.tsv", [PERSON, PERSON], "line 3: the id ann-other is in people.tsv, line 2 already"),
        ("people.tsv", ["a-b\tA B\tآ ب\tأ ب\t\n"], "line 2: 5 columns, not 6"),
        ("people.tsv", ["a-b\tA B\tآلفا بتا\t\t\tGB\n"], "a-b has no spelling in ar"),
        ("people.tsv", ["A B\tA B\tآلفا\tألفا\t\tGB\n"], "the id «A B» is not of small Latin letters"),
        ("people.tsv", ["a-b\tA B\tآلفا\tألفا\t\tEngland\n"], "«England» is not a country's code"),
        ("people.tsv", ["a-b\tA B\tمیدان\tألفا\t\tGB\n"], "«میدان» is a common word; write «میدان?»"),
        ("people.tsv", [PERSON, PERSON.replace("ann-other", "ann-two")], "ann-other and ann-two all claim «اناذر»"),
        ("organizations.tsv", ["a-b\tA B\tآلفا\tألفا\t\tGB\tguild\n"], "there is no type «guild»"),
        ("places.tsv", ["a-b\tA B\tآلفا\tألفا\t\tGB\tcity\t95\t0\n"], "there is no place at (95.0, 0.0)"),
        ("places.tsv", ["a-b\tA B\tآلفا\tألفا\t\tGB\tcity\tnorth\t0\n"], "could not convert string to float"),
        ("places.tsv", ["a-b\tA B\t?\tألفا\t\tGB\tcity\t5\t0\n"], "a-b has an empty spelling in fa"),
    ],
)
def test_the_check_finds_faults(tmp_path: Path, table: str, rows: list[str], expected: str) -> None:
    write_table(tmp_path, table, *rows)
    assert any(expected in problem for problem in check_gazetteer(tmp_path)), check_gazetteer(tmp_path)


def test_the_check_lets_marked_spellings_be_shared(tmp_path: Path) -> None:
    write_table(
        tmp_path,
        "people.tsv",
        "a-b\tA B\tآلفا بتا|بتا?\tألفا بيتا|بيتا\t\tGB\n",
        "c-b\tC B\tجیم بتا|بتا?\tجيم بيتا|بيتا?\t\tGB\n",
    )
    assert check_gazetteer(tmp_path) == []


def test_the_check_says_when_a_table_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "places.tsv").write_bytes(b"\xff\xfe\x00")
    assert ["cannot read places.tsv" in problem for problem in check_gazetteer(tmp_path)] == [True]
