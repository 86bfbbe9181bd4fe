"""Which lines of a page are furniture, by where they stand on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.folding import fold
from tasks.text.furniture import find_furniture

TITLE_FA = "نخست‌وزیر به دیدار کشاورزان شمال می‌رود"
LEAD_FA = "نخست‌وزیر بامداد فردا برای دیدار با کشاورزان راهی استان‌های شمالی خواهد شد."
MORE_FA = "قرار است در این سفر درباره بهای برنج و آب رودخانه‌ها گفت‌وگو شود."
TITLE_AR = "رئيس الوزراء يزور المزارعين في الشمال"
LEAD_AR = "يبدأ رئيس الوزراء صباح الغد زيارة إلى المحافظات الشمالية للقاء المزارعين."
MORE_AR = "ومن المقرر أن يناقش معهم أسعار الأرز ومياه الأنهار وقروض الموسم المقبل."


@pytest.mark.parametrize(
    ("above", "below", "found"),
    [
        pytest.param([], [], {}, id="only the article"),
        pytest.param(["100 Main Street, Sampletown"], [], {0: "address"}, id="address"),
        pytest.param(["سیاسی"], [], {0: "section"}, id="section"),
        pytest.param(["ایرنا", "سیاسی"], [], {0: "site", 1: "section"}, id="site and section"),
        pytest.param(["روزنامه نمونه شهر"], [], {0: "site"}, id="publisher"),
        pytest.param(["پرتو خاور"], [], {0: "site"}, id="name that the article never says"),
        pytest.param(["سفر به شمال"], [], {}, id="kicker of words that the article says"),
        pytest.param([], ["برچسب‌ها", "برنج", "آب شمال"], {3: "tags", 4: "tags", 5: "tags"}, id="tags"),
        pytest.param([], ["", "منبع: ایسنا"], {4: "source"}, id="source"),
        pytest.param(
            [],
            ["مطالب مرتبط", "برنج گران شد", "رودها کم‌آب شدند", "نظرات", "چه خوب که رفت", "نام:"],
            {3: "related", 4: "related", 5: "related", 6: "comments", 7: "comments", 8: "form"},
            id="related, comments, form",
        ),
        pytest.param(
            [],
            ["نظر شما", "من با این سفر موافقم و امیدوارم که برای همه سودمند باشد."],
            {3: "comments", 4: "comments"},
            id="a comment of a whole sentence",
        ),
    ],
)
def test_find_furniture_around_an_article(above: list[str], below: list[str], found: dict[int, str]) -> None:
    assert find_furniture([*above, TITLE_FA, LEAD_FA, MORE_FA, *below], "fa") == found


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        pytest.param(["دیدار با کشاورزان"], {}, id="sub-heading"),
        pytest.param(["سیاسی"], {}, id="the name of a section as a sub-heading"),
        pytest.param(["نظرات"], {}, id="a label of the edges as a sub-heading"),
        pytest.param(
            ["شالیزار در شمال", MORE_FA, "شاليزار در شمال"], {10: "caption", 12: "caption"}, id="caption twice"
        ),
        pytest.param(["شالیزار / عکس: نمونه"], {10: "caption"}, id="credited caption"),
        pytest.param(["بیشتر بخوانید", "برنج گران شد"], {10: "related", 11: "related"}, id="related"),
        pytest.param(["خبرنگار: چرا؟", MORE_FA, "خبرنگار: چرا؟"], {}, id="a question asked twice"),
        pytest.param(["آگهی"], {10: "advertisement"}, id="advertisement"),
        pytest.param(["***", MORE_FA, "***"], {}, id="rules between sections"),
        pytest.param(["12 مهر 1401"], {}, id="a date deep in the article"),
    ],
)
def test_find_furniture_inside_an_article(inside: list[str], found: dict[int, str]) -> None:
    article = [TITLE_FA, LEAD_FA, MORE_FA, LEAD_FA, MORE_FA, LEAD_FA, MORE_FA, LEAD_FA, MORE_FA, LEAD_FA]
    assert find_furniture([*article, *inside, MORE_FA, LEAD_FA, MORE_FA, LEAD_FA, MORE_FA], "fa") == found


def test_related_articles_end_at_a_blank_line_inside_the_article() -> None:
    lines = [TITLE_AR, LEAD_AR, "اقرأ أيضا", "ارتفاع أسعار الأرز", "", "لقاء المزارعين", MORE_AR]
    assert find_furniture(lines, "ar") == {2: "related", 3: "related"}


def test_lead_then_caption_and_date() -> None:
    lines = [TITLE_AR, LEAD_AR, "لقاء في الحقل (رويترز)", "5 مايو 2022", "", MORE_AR, MORE_AR]
    assert find_furniture(lines, "ar") == {2: "caption", 3: "date"}


def test_chronology_keeps_its_dates() -> None:
    lines = [TITLE_AR, LEAD_AR, "1 مايو 2022", MORE_AR, "2 مايو 2022", MORE_AR, "3 مايو 2022", MORE_AR]
    assert find_furniture(lines, "ar") == {}


def test_doubled_title_and_what_stands_between() -> None:
    lines = ["عين الشمال", f"{TITLE_AR} - بوابة المثال", "المثال » بيئة", TITLE_AR, LEAD_AR]
    assert find_furniture(lines, "ar") == {0: "masthead", 1: "title", 2: "masthead"}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([TITLE_FA, LEAD_FA, "خبرهای شمال"], {2: "repeated"}),
        (["خبرهای شمال", TITLE_FA, LEAD_FA], {0: "repeated"}),
        ([TITLE_FA, LEAD_FA, "خبرهای شمال", LEAD_FA, MORE_FA], {}),
        (["خبرهای شمال", LEAD_FA], {}),
    ],
)
def test_repeated_lines_are_furniture_at_the_edges_but_never_the_last_headline(
    lines: list[str], found: dict[int, str]
) -> None:
    assert find_furniture(lines, "fa", frozenset({fold("خبرهای شمال")})) == found


@pytest.mark.parametrize("lines", [["الوسوم"], ["14 ژانویه 2025"], ["", "برچسب‌ها", "مطالب مرتبط"], [""], []])
def test_a_page_of_nothing_but_furniture_is_left_alone(lines: list[str]) -> None:
    assert find_furniture(lines, "und") == {}


LINES = st.lists(
    st.one_of(
        st.sampled_from([TITLE_FA, LEAD_FA, MORE_AR, "", "الوسوم", "نظرات", "سیاسی", "5 مايو 2022", "آگهی", "ایران"]),
        st.text(max_size=40),
    )
)


@given(LINES, st.sampled_from(["fa", "ar", "und", ""]), st.frozensets(st.sampled_from([fold(TITLE_FA), fold("ایران")])))
def test_find_furniture_is_total(lines: list[str], language: str, repeated: frozenset[str]) -> None:
    found = find_furniture(lines, language, repeated)
    filled = {index for index, line in enumerate(lines) if line}
    assert set(found) <= filled
    assert all(found.values())
    assert not filled or set(found) != filled
