"""Articles with known copies: written by rule or taken from a folder of passages, then spoilt as outlets do.

Everything is deterministic: what is random depends only on the seed.
"""

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.noise import drop_half_spaces, space_half_spaces, swap_digits, type_arabic_letters, type_persian_letters
from tasks.text.folding import fold

#: Words that a sentence is made of. The texts mean nothing; they share words and turns of phrase, as news does.
_TEXTS: Final = {
    "fa": {
        "noun": (
            "وزیر سخنگو استاندار مدیر کشاورز فرمانده دبیر نماینده دانشگاه مربی بانک کارشناس"
            " شهردار موزه پزشک راننده"
            " کارگردان سفیر نانوا معلم دانشجو کارگر هواشناسی شورا مجلس دادگاه پلیس بیمارستان"
            " بندر فرودگاه کارخانه سد"
            " رودخانه جنگل دریاچه پل جاده قطار کامیون برق آب گاز نفت پسته برنج زعفران واکسن"
            " دارو کتاب فیلم نمایشگاه"
            " جشنواره مسابقه تیم داور بودجه قیمت ارز سهام وام مالیات قرارداد گزارش بیانیه"
            " نامه طرح برنامه نشست سفر"
            " دیدار انتخابات اعتراض زلزله سیل طوفان برف خشکسالی آتش‌سوزی تصادف نجات آموزش پژوهش ورزش گردشگری"
        ),
        "adjective": (
            "تازه ملی محلی بزرگ کوچک گسترده فوری رسمی سالانه مشترک شهری روستایی مرزی ساحلی"
            " قدیمی نیمه‌کاره گران ارزان"
            " سنگین سبک ناگهانی تدریجی موقت دائمی شمالی جنوبی شرقی غربی صنعتی کشاورزی تاریخی"
            " علمی فرهنگی پرشمار کم‌سابقه"
        ),
        "place": (
            "تهران مشهد اصفهان شیراز تبریز اهواز کرمان یزد رشت ساری گرگان زاهدان سنندج همدان"
            " اراک قزوین زنجان اردبیل"
            " بوشهر بندرعباس چابهار آبادان دزفول کاشان نیشابور سبزوار بیرجند خرم‌آباد ایلام"
            " یاسوج عمان نروژ ژاپن برزیل"
        ),
        "verb": (
            "خواست گفت پذیرفت نپذیرفت آغاز‌شد پایان‌یافت افزایش‌یافت کاهش‌یافت بررسی‌می‌شود"
            " اعلام‌کرد تکذیب‌کرد هشدارداد"
            " وعده‌داد امضاکرد گشود بست ستود توضیح‌داد خرید فروخت ساخت برد باخت رفت آمد ماند"
            " دید شنید نوشت خواند می‌سازد"
        ),
        "link": "و اما زیرا هرچند وقتی که تا اگر چون سپس همچنین درحالی‌که",
        "preposition": "در از به با برای درباره پس‌از پیش‌از بدون علیه کنار نزدیک",
    },
    "ar": {
        "noun": (
            "وزير ناطق محافظ مدير مزارع قائد أمين نائب جامعة مدرب مصرف خبير بلدية متحف طبيب"
            " سائق مخرج سفير خباز معلم"
            " طالب عامل أرصاد مجلس برلمان محكمة شرطة مستشفى ميناء مطار مصنع سد نهر غابة"
            " بحيرة جسر طريق قطار شاحنة كهرباء"
            " ماء غاز نفط تمر أرز زيتون لقاح دواء كتاب فيلم معرض مهرجان مباراة فريق حكم"
            " موازنة سعر عملة سهم قرض ضريبة"
            " عقد تقرير بيان رسالة خطة برنامج اجتماع سفر لقاء انتخاب احتجاج زلزال سيل عاصفة"
            " ثلج جفاف حريق حادث إنقاذ تعليم"
        ),
        "adjective": (
            "جديد وطني محلي كبير صغير واسع عاجل رسمي سنوي مشترك ريفي حدودي ساحلي قديم ناقص"
            " غال رخيص ثقيل خفيف مفاجئ"
            " تدريجي مؤقت دائم شمالي جنوبي شرقي غربي صناعي زراعي تاريخي علمي ثقافي كثيف نادر"
        ),
        "place": (
            "بغداد البصرة الموصل دمشق حلب بيروت طرابلس عمان القدس غزة القاهرة الإسكندرية"
            " أسوان الخرطوم بنغازي تونس صفاقس"
            " الجزائر وهران الرباط فاس نواكشوط صنعاء عدن مسقط دبي الدوحة المنامة الكويت"
            " الرياض جدة النرويج اليابان البرازيل"
        ),
        "verb": (
            "طلب قال قبل رفض بدأ انتهى ارتفع انخفض يدرس أعلن نفى حذر وعد وقع افتتح أغلق أشاد"
            " أوضح اشترى باع بنى فاز خسر"
            " ذهب جاء بقي رأى سمع كتب قرأ يبني ينتظر يطالب"
        ),
        "link": "ولكن لأن مع أن عندما حتى إذا ثم كذلك بينما",
        "preposition": "في من إلى مع عن بعد قبل بلا ضد قرب على",
    },
}  # fmt: skip

_WORDS: Final = {of: {kind: text.split() for kind, text in texts.items()} for of, texts in _TEXTS.items()}

_PATTERNS: Final = {
    "fa": (
        "noun adjective place preposition noun adjective verb",
        "preposition noun place noun noun verb link noun adjective verb",
        "noun noun preposition place verb",
        "link noun place noun adjective preposition noun verb",
        "noun preposition noun link preposition noun adjective verb link noun verb",
        "preposition place noun adjective noun verb",
    ),
    "ar": (
        "verb noun noun adjective preposition place preposition noun",
        "preposition noun place verb noun link verb noun adjective",
        "verb noun preposition noun preposition place",
        "link verb noun noun preposition noun adjective place",
        "noun adjective verb preposition noun link preposition noun verb noun",
        "verb preposition place noun adjective noun",
    ),
}

_FURNITURE: Final = {
    "fa": ("صفحه نخست | سیاست | ورزش", "تمام حقوق محفوظ است", "مطالب پیشنهادی", "کد خبر: ۸۱۲۳۴", "انتهای پیام"),
    "ar": ("الرئيسية | سياسة | رياضة", "جميع الحقوق محفوظة", "مواضيع ذات صلة", "رقم الخبر: ٨١٢٣٤", "انتهى"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the set: copies of one article share `story`; `change` names what was done to it."""

    story: str
    change: str
    title: str
    body: str


def write_articles(language: str, count: int, seed: int = 1) -> list[Text]:
    """Write articles of 8 to 20 sentences in `fa` or `ar`; two of them share phrases, as news does."""
    dice = random.Random(seed)
    articles = []
    for number in range(count):
        sentences = [_write_sentence(language, dice) for _ in range(dice.randint(9, 21))]
        articles.append(Text(f"{language}-{number}", "original", sentences[0], _join(sentences[1:])))
    return articles


def _write_sentence(language: str, dice: random.Random) -> str:
    words = _WORDS[language]
    patterns = dice.choices(_PATTERNS[language], k=2)
    return " ".join(dice.choice(words[kind]) for pattern in patterns for kind in pattern.split())


def _join(sentences: Sequence[str]) -> str:
    return "\n\n".join(". ".join(sentences[at : at + 3]) + "." for at in range(0, len(sentences), 3))


def read_passages(folder: Path, count: int, least_words: int = 80) -> list[Text]:
    """Read passages of `passages.jsonl.gz` that are long enough to be an article, at most `count`.

    One that has twelve words in a row in common with an earlier one is left out: such a set holds copies itself.
    """
    articles: list[Text] = []
    seen: set[str] = set()
    with gzip.open(folder / "passages.jsonl.gz", "rt", encoding="utf-8") as lines:
        for passage in map(json.loads, lines):
            words = fold(passage["text"]).split()
            runs = {" ".join(words[at : at + 12]) for at in range(len(words) - 11)}
            if len(words) >= least_words and not runs & seen and len(articles) < count:
                title = " ".join(passage["text"].split()[:8])
                articles.append(Text(passage["id"], "original", title, passage["text"]))
            seen |= runs
    return articles


def _cut(article: Text, dice: random.Random, _: str) -> tuple[str, str]:
    words = article.body.split(" ")
    return article.title, " ".join(words[: int(len(words) * dice.uniform(0.4, 0.8))])


def _retitle(article: Text, dice: random.Random, language: str) -> tuple[str, str]:
    return _write_sentence(language, dice), article.body


def _retype(article: Text, dice: random.Random, language: str) -> tuple[str, str]:
    spoil = dice.choice((drop_half_spaces, space_half_spaces, str))
    retype = type_arabic_letters if language == "fa" else type_persian_letters
    return retype(spoil(article.title)), swap_digits(retype(spoil(article.body)))


def _refurnish(article: Text, dice: random.Random, language: str) -> tuple[str, str]:
    above, below = dice.sample(_FURNITURE[language], 2), dice.sample(_FURNITURE[language], 3)
    return article.title, "\n".join([*above, article.body, *below])


def _edit_words(article: Text, dice: random.Random, language: str) -> tuple[str, str]:
    share = dice.uniform(0.1, 0.3)
    stock = _write_sentence(language, dice).split() + _write_sentence(language, dice).split()
    words = []
    for word in article.body.split(" "):
        fate = dice.random() / share
        if fate >= 1 or fate < 0.2:
            words.append(word)
        if fate < 0.8:
            words.append(dice.choice(stock))
    return article.title, " ".join(words)


def _edit_passages(article: Text, dice: random.Random, language: str) -> tuple[str, str]:
    words = article.body.split(" ")
    left = int(len(words) * dice.uniform(0.1, 0.3))
    while left > 0:
        run = min(left, dice.randint(4, 20))
        start = dice.randrange(max(1, len(words) - run))
        words[start : start + run] = _write_sentence(language, dice).split()[:run]
        left -= run
    return article.title, " ".join(words)


def _cut_and_edit(article: Text, dice: random.Random, language: str) -> tuple[str, str]:
    title, body = _retitle(article, dice, language)
    body = _edit_passages(Text("", "", title, body), dice, language)[1]
    return _retype(Text("", "", *_cut(Text("", "", title, body), dice, language)), dice, language)


CHANGES: Final[dict[str, Callable[[Text, random.Random, str], tuple[str, str]]]] = {
    "cut": _cut,
    "re-titled": _retitle,
    "re-typed": _retype,
    "furniture": _refurnish,
    "words edited": _edit_words,
    "passages edited": _edit_passages,
    "all at once": _cut_and_edit,
}


def copy_articles(articles: Sequence[Text], language: str, seed: int = 1) -> Iterator[Text]:
    """Yield each article and one copy of it by each change."""
    dice = random.Random(seed)
    for article in articles:
        yield article
        for name, change in CHANGES.items():
            yield Text(article.story, name, *change(article, dice, language))
