"""The consonants by which a name in two scripts is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.enrich.gazetteer import load_gazetteer
from tasks.enrich.skeleton import skeleton
from tasks.text.folding import fold


@pytest.mark.parametrize(
    ("persian", "arabic"),
    [
        ("سرگئی لاوروف", "سيرغي لافروف"),
        ("ولادیمیر پوتین", "ولاديمير بوتين"),
        ("عبدالله علی‌زاده", "عبد الله علي زاده"),
        ("جورج واشنگتن", "جورج واشنجتن"),
        ("پاول چرنوف", "باول تشرنوف"),
        ("علی‌رضا کریمی", "علي رضا كريمي"),
        ("محمود عباس", "محمود عبّاس"),
    ],
)
def test_one_name_in_two_scripts(persian: str, arabic: str) -> None:
    assert skeleton(persian) == skeleton(arabic) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("علی کاظمی", "علی باقری"), ("حسن امینی", "حسن یمنی"), ("رضا شریفی", "رضا زارعی")],
)
def test_two_names_stay_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_nine_in_ten_listed_people_meet() -> None:
    people = [entity for entity in load_gazetteer() if entity.kind == "person"]
    meet = sum(skeleton(person.label_in("fa")) == skeleton(person.label_in("ar")) for person in people)
    assert meet / len(people) >= 0.9


@pytest.mark.parametrize("text", ["", " ", "!؟", "\u200c"])
def test_nothing_from_nothing(text: str) -> None:
    assert skeleton(text) == ""


@given(st.text())
def test_total_and_blind_to_what_folding_drops(text: str) -> None:
    assert skeleton(text) == skeleton(text)
    assert " " not in skeleton(text)


@given(st.text(alphabet="ابتجدرسعفکلمنهوی "))
def test_the_keyboard_does_not_matter(text: str) -> None:
    assert skeleton(text.replace("ی", "ي").replace("ک", "ك")) == skeleton(fold(text))
