"""Words get back the ZWNJ that a page has lost, and others get none."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.normalize import normalize
from tasks.text.characters import ARABIC_KAF, ARABIC_YEH, FARSI_YEH, KEHEH, ZWNJ
from tasks.text.folding import fold
from tasks.text.joins import find_joins
from tasks.text.tables import load_words

#: Written with `|` for the ZWNJ that is taken out.
GOLD_TEXT = """
می|کند می|کنند می|شود می|شد می|رود می|روند می|گوید می|گویند می|دهد می|دهند می|خواهد می|تواند می|توان می|دانند
می|کردند می|گفت می|رسد نمی|کند نمی|شود نمی|تواند نمی|خواهند نمی|دانست برمی|گردد بازمی|گردند درمی|یابد
کرده|اند شده|اند گفته|اند داده|است بوده|اند نکرده|اند رفته|ایم گرفته|بود نوشته|بودند
هسته|ای منطقه|ای رسانه|ای حرفه|ای بیانیه|ای نسخه|ای تازه|ای گسترده|ای برنامه|ای جلسه|ای مجموعه|ای نامه|های
تحریم|ها تحریم|های دولت|ها دولت|های شرکت|هایی گزارش|هایی گروه|های خانه|ها خانه|هایشان راه|های ماه|ها سیستم|های
سیاست|هایش تیم|های همکاری|های نگرانی|ها هزینه|ها
گفت|وگو گفت|وگوها جست|وجو آتش|بس رئیس|جمهور رئیس|جمهوری بین|المللی سرمایه|گذاری چشم|انداز حمل|ونقل پیش|نویس
راه|حل بی|سابقه بی|طرفی به|ویژه به|عنوان به|دلیل سه|شنبه دی|ماه عشق|آباد علی|اکبر توافق|نامه|ای زمین|لرزه|های
پیچیده|ترین حساس|ترین مذاکره|کنندگان غنی|سازی ایرانی|اش خانه|اش آماده|اند
"""

#: Words that begin or end as if they had lost one, and have not.
CONTROLS_TEXT = """
میهن میدان میدانی میز میزبان میان میانه میراث میل میلیون میلاد میوه میخ نمک نمایش نماینده نمونه نمی
تنها بها رها انتها انتهای تنهایی نهایی رهایی آنها اینها اینکه آنکه همچنین همکاری همسایه همه
بیمار بیان بیدار بیست بیرون بیشتر بیشترین بیاید بیابان بینا بهتر بهترین بهار بهمن بهانه پیشرفت پیشنهاد
ماند خواند رساند گذراند سهام ابهام الهام تلاش متهمان درمان فیلتر دکترین مشتری دختر کمتر دفتر
کارهای کشورها کشورهای شهرهای روزها روزهای نیروهای قراردادهای گروهی آگاهی دانشگاهی ماهی توجهات
تهران ایران آبان رئیسی ولایتی مردم خاورمیانه کتابخانه دانشگاه هزینه
"""

GOLD, CONTROLS = GOLD_TEXT.split(), CONTROLS_TEXT.split()


def restore(text: str, names: frozenset[str] = frozenset()) -> tuple[str, int]:
    """Put every found word in its place; returns the text and how many there were."""
    found = list(find_joins(text, names))
    for join in reversed(found):
        text = text[: join.start] + join.word + text[join.end :]
    return text, len(found)


@pytest.mark.parametrize("word", GOLD)
def test_gold_words_get_theirs_back(word: str) -> None:
    written = word.replace("|", ZWNJ)
    assert restore(word.replace("|", "")) == (written, 1)
    assert restore(written) == (written, 0)


@pytest.mark.parametrize("word", CONTROLS)
def test_control_words_stay(word: str) -> None:
    assert restore(word) == (word, 0)


def test_enough_words() -> None:
    assert len(set(GOLD)) >= 60
    assert len(set(CONTROLS)) >= 40


@pytest.mark.parametrize(
    ("text", "restored", "changed"),
    [
        ("", "", 0),
        ("او میرود.", "او می|رود.", 1),
        ("«میرود» (هستهای)", "«می|رود» (هسته|ای)", 2),
        ("میرود و میرود", "می|رود و می|رود", 2),
        ("می رود", "می رود", 0),
        ("نیمه|هستهای", "نیمه|هستهای", 0),
        ("۲۰میرود", "۲۰میرود", 0),
        ("میرود\n\nمیگوید", "می|رود\n\nمی|گوید", 2),
        (
            "مي\u0643ند هسته\u200d".replace("\u200d", f"ا{ARABIC_YEH}"),
            f"م{ARABIC_YEH}|{ARABIC_KAF}ند هسته|ا{ARABIC_YEH}",
            2,
        ),
        ("Putin میرود 2025", "Putin می|رود 2025", 1),
    ],
)
def test_in_a_text(text: str, restored: str, changed: int) -> None:
    assert restore(text.replace("|", ZWNJ)) == (restored.replace("|", ZWNJ), changed)


def test_a_listed_name_is_never_split() -> None:
    assert restore("علیاکبر میرود")[1] == 2
    assert restore("علیاکبر میرود", frozenset({fold("علی‌اکبر")})) == (f"علیاکبر می{ZWNJ}رود", 1)


@pytest.mark.parametrize(("number", "words", "places"), [("000", 20, 28), ("002", 15, 15), ("003", 31, 41)])
def test_real_pages(real_seeds: Path, number: str, words: int, places: int) -> None:
    [path] = real_seeds.glob(f"{number}_*.txt")
    text = normalize(path.read_text(encoding="utf-8"), "fa").text
    restored, changed = restore(text)
    assert changed == places
    pairs = zip(text.split(), restored.split(), strict=True)
    assert len({fold(word).strip(" «»،.؛:()") for word, with_zwnj in pairs if word != with_zwnj}) == words
    assert restored.replace(ZWNJ, "") == text.replace(ZWNJ, "")


def test_arabic_stays() -> None:
    text = "يقوم الرئيس بزيارة لإيران اليوم الأربعاء تهدف إلى تعزيز العلاقات بين البلدين ومناقشة الملفات"
    assert restore(text) == (text, 0)


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_table_has_no_word_twice(language: str) -> None:
    words = load_words(language, "joins.txt")
    bare = [word.replace(ZWNJ, "") for word in words]
    assert len(set(bare)) == len(bare)
    assert all(part for word in words for part in word.split(ZWNJ))


def test_hazm_is_read_and_not_imported() -> None:
    code = (
        "import sys; from tasks.text.joins import find_joins; [*find_joins('هستهای')];"
        "sys.exit(bool({'hazm', 'gensim', 'sklearn', 'nltk'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PERSIAN = st.text(st.sampled_from("میکندهاتروستگشنب" + FARSI_YEH + KEHEH + ZWNJ + " ،.\n"))


@given(st.one_of(PERSIAN, st.text(), st.lists(st.sampled_from([*GOLD, *CONTROLS])).map(" ".join)))
def test_only_zwnj_is_added_and_only_once(text: str) -> None:
    restored, changed = restore(text)
    assert restored.replace(ZWNJ, "") == text.replace(ZWNJ, "")
    assert fold(restored) == fold(text)
    assert (restored != text) == (changed > 0)
    assert restore(restored) == (restored, 0)
