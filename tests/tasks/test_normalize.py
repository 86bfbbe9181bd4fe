"""The article of a page is what a careful editor would cut out of it; nothing of it is lost."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.document import Article
from tasks.normalize import count_repeated, normalize
from tasks.text.characters import NO_BREAK_SPACE, RLM, ZWNJ
from tasks.text.clean import clean
from tasks.text.folding import fold

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "seeds"
EXPECTED = ROOT / "tests" / "seeds" / "expected"
FACTS: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests" / "seeds" / "facts.toml").read_text(encoding="utf-8"))

TITLE = "وزیر راه به شمال می‌رود"
LEAD = "وزیر راه بامداد فردا برای گشایش دو پل تازه راهی شمال کشور خواهد شد."
MORE = "او در این سفر با مردم چند شهر ساحلی نیز دیدار و گفت‌وگو خواهد کرد."


@pytest.mark.parametrize("name", sorted(FACTS))
def test_sample_pages_come_out_as_an_editor_would_cut_them(name: str) -> None:
    facts = FACTS[name]
    article = normalize((SAMPLES / name).read_bytes().decode(facts["encoding"]), facts["language"])
    assert article.text + "\n" == (EXPECTED / name).read_text(encoding="utf-8")
    assert article.title == facts["title"]
    removed = article.removed_text.split("\n")
    assert [line for line in removed if line != article.title] == facts["removed"]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_language_unknown_gives_the_same_article(name: str) -> None:
    facts = FACTS[name]
    text = (SAMPLES / name).read_bytes().decode(facts["encoding"])
    assert normalize(text, "und") == normalize(text, facts["language"])


@pytest.mark.parametrize(
    ("number", "language", "title", "title_length", "body", "body_length", "paragraphs", "removed"),
    [
        ("000", "fa", "ولادیمیر … میکند", 44, "کاخ کرملین … بیبهره نماند", 1974, 10, [6]),
        ("001", "ar", "بوتين … السوري", 78, "يقوم الرئيس … والولايات المتحدة.", 1833, 9, [2, 3, 3, 1, 2, 3, 2, 6]),
        ("002", "fa", "افزایش … رفت", 78, "الکساندر لاورنتیاف، … روحانی است.", 2155, 9, [17, 6]),
        ("003", "fa", "کرملین: … کنند", 79, "کرملین اعلام … حکایت دارند.", 2009, 9, [15, 3]),
        ("004", "ar", "فلاديمير … الأوكراني", 85, "التقى بوتين … إن إن.", 3181, 19, [14]),
    ],
)
def test_real_pages(
    real_seeds: Path,
    number: str,
    language: str,
    title: str,
    title_length: int,
    body: str,
    body_length: int,
    paragraphs: int,
    removed: list[int],
) -> None:
    [path] = real_seeds.glob(f"{number}_*.txt")
    text = path.read_text(encoding="utf-8")
    article = normalize(text, language)
    for part, ends, length in ((article.title, title, title_length), (article.body, body, body_length)):
        first, last = ends.split(" … ")
        assert part.startswith(first)
        assert part.endswith(last)
        assert len(part) == length
    assert len([line for line in article.body.split("\n") if line]) == paragraphs
    assert [len(line.split()) for line in article.removed_text.split("\n")] == removed
    assert _count_lines(article.text) + _count_lines(article.removed_text) == _count_lines(text)


def _count_lines(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.split("\n") if line.strip())


@pytest.mark.parametrize(
    ("text", "article"),
    [
        pytest.param("", Article("", ""), id="nothing"),
        pytest.param(" \n\n\t\n", Article("", ""), id="blank lines"),
        pytest.param(TITLE, Article("", TITLE), id="one line"),
        pytest.param(f"{LEAD}\n{MORE}", Article("", f"{LEAD}\n{MORE}"), id="no title"),
        pytest.param(f"{TITLE}\n{LEAD}\n{MORE}", Article(TITLE, f"{LEAD}\n{MORE}"), id="title"),
        pytest.param(f"{TITLE}\r\n\r\n{LEAD}\r\n", Article(TITLE, LEAD), id="CRLF"),
        pytest.param(f"{TITLE}\n{LEAD}\n\n\n\n{MORE}", Article(TITLE, f"{LEAD}\n\n{MORE}"), id="one blank line stays"),
        pytest.param(f"\n{RLM}{TITLE}{NO_BREAK_SPACE}\n{TITLE}\n{LEAD}", Article(TITLE, LEAD, TITLE), id="title twice"),
        pytest.param(
            f"{TITLE}\n{LEAD}\n«{TITLE}»\n{MORE}",
            Article(TITLE, f"{LEAD}\n{MORE}", f"«{TITLE}»"),
            id="title again in the body",
        ),
        pytest.param(f"{TITLE} | ایرنا\n{LEAD}", Article(TITLE, LEAD, "ایرنا"), id="site behind the title"),
        pytest.param(f"{TITLE} | راه شمال\n{LEAD}", Article(f"{TITLE} | راه شمال", LEAD), id="title in two parts"),
        pytest.param(
            f"{TITLE}\n{LEAD}\nبرچسب{ZWNJ}{ZWNJ}ها\nراه\n",
            Article(TITLE, LEAD, f"برچسب{ZWNJ}ها\nراه"),
            id="tags",
        ),
        pytest.param("برچسب‌ها\nنظرات", Article("برچسب‌ها", "نظرات"), id="nothing but furniture"),
    ],
)
def test_normalize(text: str, article: Article) -> None:
    assert normalize(text, "fa") == article


FRAME_AR = """الرئيسية/أخبار/الوزير يصل إلى المدينة الساحلية
أخبار
الوزير يصل إلى المدينة الساحلية
19 يوليو، 2022
0 120 دقيقة واحدة

وصل الوزير صباح اليوم إلى المدينة الساحلية في زيارة رسمية تستمر يوما واحدا.

وتابع: «سنبحث ملف المياه».

شاهد أيضًا:
افتتاح الميناء الجديد

ومن المقرر أن يعقد الوزير مساء اليوم لقاء مع الصيادين في مبنى البلدية القديم.

الوسوم
ميناء صيد مياه
فيسبوك تويتر لينكدإن بينتيريست مشاركة عبر البريد طباعة

مقالات ذات صلة
أسعار السمك ترتفع
منذ 3 أيام
العاصفة تقترب من الساحل
منذ أسبوع

اترك تعليقاً إلغاء الرد
لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *
التعليق *
الاسم *
احفظ اسمي، بريدي الإلكتروني، والموقع الإلكتروني في هذا المتصفح لاستخدامها المرة المقبلة في تعليقي."""
ARTICLE_AR = """الوزير يصل إلى المدينة الساحلية

وصل الوزير صباح اليوم إلى المدينة الساحلية في زيارة رسمية تستمر يوما واحدا.

وتابع: «سنبحث ملف المياه».

ومن المقرر أن يعقد الوزير مساء اليوم لقاء مع الصيادين في مبنى البلدية القديم."""

FRAME_FA = """صفحه اصلی
بین‌الملل
وزیر: با همسایگان همکاری می‌کنیم
۳۰ دی ۱۴۰۳، ۱۰:۲۲
زمان مطالعه: ۳ دقیقه
وزیر نیرو در نشست خبری خود گفت که همکاری با همسایگان در زمینه آب ادامه خواهد یافت.
وزیر نیرو در نشست خبری - Getty Images
توضیح تصویر: وزیر نیرو
او گفت که دو کشور برای رودخانه‌های مرزی طرح‌های بزرگی دارند و به زودی اجرا می‌شود
بیشتر بخوانید:
رودخانه مرزی چه می‌گوید؟
سفر وزیر به شمال
کارشناسان می‌گویند این طرح‌ها برای دو کشور که کم‌آب شده‌اند اهمیت فراوانی دارد.
انتهای پیام/
به اشتراک بگذارید
Facebook
X
WhatsApp
کپی لینک"""
ARTICLE_FA = """وزیر: با همسایگان همکاری می‌کنیم

وزیر نیرو در نشست خبری خود گفت که همکاری با همسایگان در زمینه آب ادامه خواهد یافت.
او گفت که دو کشور برای رودخانه‌های مرزی طرح‌های بزرگی دارند و به زودی اجرا می‌شود
کارشناسان می‌گویند این طرح‌ها برای دو کشور که کم‌آب شده‌اند اهمیت فراوانی دارد."""


@pytest.mark.parametrize(("page", "article", "language"), [(FRAME_AR, ARTICLE_AR, "ar"), (FRAME_FA, ARTICLE_FA, "fa")])
def test_pages_with_everything_around_the_article(page: str, article: str, language: str) -> None:
    assert normalize(page, language).text == article


def test_digits_quotes_hamza_tatweel_and_harakat_stay() -> None:
    body = 'قال «الرئيس» إنّ ١٢ و12 و۱۲ شخصاً شاركوا في المؤتـــمر الذي عُقِدَ في مسؤولية "الهيئة".'
    assert normalize(body, "ar").body == body


def test_repeated_lines_at_the_edges_are_taken_out() -> None:
    page = f"هر بامداد با شما\n{TITLE}\n{LEAD}\nهر بامداد با شما\n{MORE}\nما را بخوانید"
    repeated = frozenset({fold("هر بامداد با شما"), fold("ما را بخوانید"), fold(TITLE)})
    article = normalize(page, "fa", repeated)
    assert article.title == TITLE
    assert article.body == f"{LEAD}\nهر بامداد با شما\n{MORE}"
    assert article.removed_text == "هر بامداد با شما\nما را بخوانید"


def _page(number: int) -> str:
    return f"سرخط {number}\nگزارش شماره {number} درباره راه‌های شمال کشور است و به پایان می‌رسد.\nما را بخوانيد"


def test_count_repeated() -> None:
    pages = [_page(number) for number in range(3)]
    assert count_repeated(pages) == {fold("ما را بخوانید")}
    assert count_repeated(pages[:2]) == frozenset()
    assert count_repeated(pages[:2], minimum=2) == {fold("ما را بخوانید")}
    assert count_repeated([]) == frozenset()


def test_copies_of_one_article_do_not_make_its_title_furniture() -> None:
    copies = [f"{TITLE}\n{LEAD}\n{MORE}\n{paper}" for paper in ("یک", "دو", "سه", "چهار")]
    assert count_repeated(copies) == frozenset()


def test_long_lines_are_never_repeated_lines() -> None:
    pages = [f"{_page(number)}\n{'دراز ' * 30}" for number in range(5)]
    assert count_repeated(pages) == frozenset()
    pages = [f"{_page(number)}\n{'کوتاه ' * 5}" for number in range(5)]
    assert fold("کوتاه " * 5).strip() in count_repeated(pages)


LINES = st.one_of(
    st.sampled_from([TITLE, LEAD, MORE, f"{TITLE} | ایرنا", "", " ", "او رفت.", "***", "x" * 170]),
    st.sampled_from(["برچسب‌ها", "مطالب مرتبط", "نظرات", "سیاسی", "ایرنا", "14 ژانویه 2025", "عکس: نمونه"]),
    st.sampled_from(["الوسوم", "اترك تعليقاً", "بوتين في إيران", "صحيفة المثال", "إعلان"]),
    st.text(max_size=30),
)
PAGES = st.lists(LINES, max_size=12).map("\n".join)
REPEATED = st.frozensets(st.sampled_from([fold(TITLE), fold("سیاسی"), fold("او رفت."), fold(LEAD)]))


@given(PAGES, st.sampled_from(["fa", "ar", "und", "en", ""]), REPEATED)
def test_normalizing_the_article_again_changes_nothing(page: str, language: str, repeated: frozenset[str]) -> None:
    article = normalize(page, language, repeated)
    again = normalize(article.text, language, repeated)
    assert (again.title, again.body) == (article.title, article.body)


@given(PAGES, st.sampled_from(["fa", "ar", "und"]))
def test_every_line_is_kept_or_removed(page: str, language: str) -> None:
    article = normalize(page, language)
    letters = Counter(clean(page))
    parted = Counter(article.title + article.body + article.removed_text)
    for character in " |\n":
        del letters[character], parted[character]
    assert parted == letters
    assert not page.strip() or article.text or not clean(page).strip()


@given(st.lists(st.text()), st.integers(1, 4))
def test_count_repeated_is_total(pages: list[str], minimum: int) -> None:
    keys = count_repeated(pages, minimum)
    assert all(key == fold(key) for key in keys)
