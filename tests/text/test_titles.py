"""The headline is the first line that can be one, and is said once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.titles import (
    find_doubled,
    find_repetitions,
    find_title,
    is_headline,
    is_paragraph,
    split_site,
    squeeze,
)

HEADLINE = "رئیس‌جمهور به سفر دوره‌ای می‌رود"
PARAGRAPH = "رئیس‌جمهور فردا برای گفت‌وگو با همتایان خود راهی سه کشور همسایه خواهد شد."


@pytest.mark.parametrize(
    ("line", "paragraph", "headline"),
    [
        (HEADLINE, False, True),
        (PARAGRAPH, True, False),
        ("او رفت.", False, False),
        ("واژه " * 40, True, False),
        ("الرئيس يزور دمشق غدا؟", False, True),
        ("***", False, False),
        ("۱۲۳ ۴۵۶", False, False),
        ("قال الوزير إن بلاده لن تقبل هذا الأمر «أبدا».", True, False),
        ("قال الوزير إن بلاده لن تقبل هذا الأمر …", True, False),
        ("", False, False),
    ],
)
def test_shape_of_a_line(line: str, paragraph: bool, headline: bool) -> None:
    assert is_paragraph(line) is paragraph
    assert is_headline(line) is headline


@pytest.mark.parametrize(
    ("lines", "index"),
    [
        pytest.param([HEADLINE, PARAGRAPH], 0, id="headline"),
        pytest.param(["", "", HEADLINE, "", PARAGRAPH], 2, id="after blank lines"),
        pytest.param([PARAGRAPH, PARAGRAPH], None, id="running text"),
        pytest.param(["او به تهران رفت.", "", PARAGRAPH], 0, id="sentence set off"),
        pytest.param(["او به تهران رفت.", PARAGRAPH], None, id="sentence not set off"),
        pytest.param([HEADLINE], None, id="one line"),
        pytest.param([HEADLINE, "", ""], None, id="one line and blank ones"),
        pytest.param([], None, id="nothing"),
        pytest.param(["***", PARAGRAPH], None, id="no letters"),
    ],
)
def test_find_title(lines: list[str], index: int | None) -> None:
    assert find_title(lines) == index


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("«رئیس‌جمهور به سفر دوره‌ای می‌رود»", True),
        ("رئيس جمهور به سفر دورهاي ميرود.", True),
        ("رئیس‌جمهور به سفر می‌رود", False),
        (HEADLINE + " | خبر", False),
        ("", False),
    ],
)
def test_find_repetitions(line: str, same: bool) -> None:
    assert find_repetitions(["متن", line], HEADLINE) == ([1] if same else [])


@pytest.mark.parametrize(
    ("title", "headline", "site"),
    [
        ("سفر به وین | ایرنا", "سفر به وین", "ایرنا"),
        ("سفر به وین - خبرگزاری ایرنا", "سفر به وین", "خبرگزاری ایرنا"),
        ("زيارة إلى فيينا – الجزيرة نت", "زيارة إلى فيينا", "الجزيرة نت"),
        ("سفر | به وین » ایسنا", "سفر | به وین", "ایسنا"),
        ("سفر به وین", "سفر به وین", ""),
        ("گفت‌وگوی وین-تهران", "گفت‌وگوی وین-تهران", ""),
        ("سفر - دیداری که همه از آن سخن می‌گویند", "سفر - دیداری که همه از آن سخن می‌گویند", ""),
        ("", "", ""),
        (" | ", " | ", ""),
    ],
)
def test_split_site(title: str, headline: str, site: str) -> None:
    assert split_site(title) == (headline, site)


@pytest.mark.parametrize(
    ("lines", "doubled"),
    [
        (["سفر به وین", "سفر به وین"], (0, 1)),
        (["سفر به وین | ایرنا", "سیاسی", "سفر به وین"], (2, 0)),
        (["سفر به وین", "سیاسی", "سفر به وین | ایرنا"], (0, 2)),
        (["ایرنا", "سیاسی", "ایرنا"], None),
        (["سفر به وین", "دیدار در وین"], None),
        ([], None),
    ],
)
def test_find_doubled(lines: list[str], doubled: tuple[int, int] | None) -> None:
    assert find_doubled(lines) == doubled


@given(st.lists(st.text()))
def test_answers_are_indices(lines: list[str]) -> None:
    title = find_title(lines)
    assert title is None or lines[title].strip()
    doubled = find_doubled(lines)
    if doubled is not None:
        kept, dropped = doubled
        assert kept != dropped
        assert len(lines[kept]) <= len(lines[dropped]) or kept < dropped
    assert all(squeeze(lines[index]) for index in find_repetitions(lines, "سفر به وین"))


@given(st.text())
def test_split_site_keeps_the_beginning(title: str) -> None:
    headline, site = split_site(title)
    assert title.startswith(headline)
    assert title.endswith(site)
