"""People, places and organizations: on annotated sentences, on pages, and on any text at all."""

import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.document import EntityMention
from tasks.enrich.candidates import PREFIX
from tasks.enrich.entities import name_key
from tasks.enrich.gazetteer import load_gazetteer
from tasks.enrich.names import find_names
from tasks.text.characters import RLM, TATWEEL, ZWNJ

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
SAMPLE_FACTS = HERE.parent / "seeds" / "facts.toml"
SAMPLE_PAGES = HERE.parent / "seeds" / "expected"
REAL_SEEDS = HERE.parents[2] / "shared" / "seeds"

#: The language of each real page, by the first three digits of its name.
REAL_LANGUAGES = {"000": "fa", "001": "ar", "002": "fa", "003": "fa", "004": "ar"}

_MARKUP = re.compile(r"\{([^:{}]+):([^{}]+)\}")

FATHA = "\u064e"

Annotated = set[tuple[str, tuple[int, int]]]


def read_sentences(language: str) -> list[tuple[str, Annotated]]:
    """The sentences without their markup, and each mention's id and offsets; `?` is a candidate."""
    sentences = []
    for line in (DATA / f"names-{language}.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, mentions, end = "", set(), 0
        for match in _MARKUP.finditer(line):
            text += line[end : match.start()]
            mentions.add((match[1], (len(text), len(text) + len(match[2]))))
            text += match[2]
            end = match.end()
        sentences.append((text + line[end:], mentions))
    return sentences


def list_found(text: str, language: str) -> Annotated:
    return {
        ("?" if mention.id.startswith(PREFIX) else mention.id, mention.offset) for mention in find_names(text, language)
    }


def ids(text: str, language: str) -> list[str]:
    return [mention.id for mention in find_names(text, language)]


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_annotated_sentences(language: str) -> None:
    """At least 100 sentences; of what is found and of what is there at least 19 in 20 are right."""
    sentences = read_sentences(language)
    assert len(sentences) >= 100
    right = wrong = missed = 0
    faults = []
    for text, expected in sentences:
        found = list_found(text, language)
        right += len(found & expected)
        wrong += len(found - expected)
        missed += len(expected - found)
        faults += [(text, found ^ expected)] if found != expected else []
    assert right / (right + wrong) >= 0.95, faults
    assert right / (right + missed) >= 0.95, faults


def _read_seed_facts() -> dict[str, Counter[str]]:
    facts: dict[str, Counter[str]] = {}
    for line in (DATA / "names-seeds.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, entity_id, count = line.split("\t")
            facts.setdefault(name, Counter())[entity_id] = int(count)
    return facts


@pytest.mark.parametrize("name", _read_seed_facts())
def test_real_pages(name: str) -> None:
    path = REAL_SEEDS / name
    if not path.is_file():
        pytest.skip(f"the real pages are not beside the checkout: {path}")
    text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    assert Counter(ids(text, REAL_LANGUAGES[name[:3]])) == _read_seed_facts()[name]


def test_one_putin_in_all_real_pages() -> None:
    assert [facts["vladimir-putin"] for facts in _read_seed_facts().values()] == [6, 8, 8, 5, 7]


def _label_key(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label)
    return name_key("".join(c for c in plain if not unicodedata.combining(c) and c != "-"))


def test_sample_pages() -> None:
    """The labels of `facts.toml` that are listed: at least 19 in 20 found, 19 in 20 of those found there."""
    by_label = {
        _label_key(spelling.text): entity.id for entity in load_gazetteer() for spelling in entity.spellings["en"]
    }
    right = wrong = missed = 0
    faults = []
    for name, facts in tomllib.loads(SAMPLE_FACTS.read_text(encoding="utf-8")).items():
        labels = [label for kind in ("people", "places", "organizations") for label in facts[kind]]
        expected = {by_label[key] for label in labels if (key := _label_key(label)) in by_label}
        found = set(ids((SAMPLE_PAGES / name).read_text(encoding="utf-8"), facts["language"]))
        listed = {entity_id for entity_id in found if not entity_id.startswith(PREFIX)}
        right += len(listed & expected)
        wrong += len(listed - expected)
        missed += len(expected - listed)
        faults += [(name, listed ^ expected)] if listed != expected else []
    assert right > 300
    assert right / (right + wrong) >= 0.95, faults
    assert right / (right + missed) >= 0.95, faults


@pytest.mark.parametrize(
    ("text", "language", "entity_id", "written"),
    [
        ("وبوتين", "ar", "vladimir-putin", "بوتين"),
        ("لبوتين", "ar", "vladimir-putin", "بوتين"),
        ("بطهران", "ar", "tehran", "طهران"),
        ("ولإيران", "ar", "iran", "إيران"),
        ("للأمم المتحدة", "ar", "united-nations", "للأمم المتحدة"),
        ("وللأمم المتحدة", "ar", "united-nations", "للأمم المتحدة"),
        ("بالأمم المتحدة", "ar", "united-nations", "الأمم المتحدة"),
        ("كواشنطن", "ar", "washington-dc", "واشنطن"),
        ("آمریکای", "fa", "united-states", "آمریکا"),
        (f"سوریه{ZWNJ}ی", "fa", "syria", "سوریه"),
        ("عشقآباد", "fa", "ashgabat", "عشقآباد"),
        ("عشق آباد", "fa", "ashgabat", "عشق آباد"),
        ("محمد جواد ظریف", "fa", "mohammad-javad-zarif", "محمد جواد ظریف"),
        ("علیاکبر ولایتی", "fa", "ali-akbar-velayati", "علیاکبر ولایتی"),
        ("علي لاريجاني", "fa", "ali-larijani", "علي لاريجاني"),
        ("پزشکیان", "ar", "masoud-pezeshkian", "پزشکیان"),
        ("بُوتِين", "ar", "vladimir-putin", "بُوتِين"),
        (f"تهـــران{RLM}".replace("ـــ", TATWEEL * 3), "fa", "tehran", f"ته{TATWEEL * 3}ران"),
        ("#ولادیمیر_پوتین", "fa", "vladimir-putin", "ولادیمیر_پوتین"),
        ("Vladimir Putin", "und", "vladimir-putin", "Vladimir Putin"),
        ("طهران", "ckb", "tehran", "طهران"),
        ("المنطقة الخضراء", "ar", "green-zone", "المنطقة الخضراء"),
        ("أوبك+", "ar", "opec-plus", "أوبك+"),
        ("OPEC+", "und", "opec-plus", "OPEC+"),
    ],
)
def test_one_name_as_it_is_typed(text: str, language: str, entity_id: str, written: str) -> None:
    (mention,) = find_names(text, language)
    assert (mention.id, mention.text) == (entity_id, written)
    assert text[slice(*mention.offset)] == written


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("بازرگانان ایرانی و روسی", "fa"),
        ("آمریکایی‌ها و ترکیه‌ای‌ها", "fa"),
        ("القوات الروسية والسورية", "ar"),
        ("الدعم الإيراني والأوكراني", "ar"),
        ("قوات سورية", "ar"),
        ("الطائرة السعودية", "ar"),
        ("داعم رئيسي ومهم", "ar"),
        ("تأثیر مالی", "fa"),
        ("روحانی مسجد", "fa"),
        ("وكالة جديدة", "ar"),
        ("فإن الوضع", "ar"),
        ("دوشنبه در آستانه نوروز", "fa"),
        ("حلب الأبقار", "ar"),
        ("در گلستان سعدی", "fa"),
        ("let us go", "und"),
        ("ای ران", "fa"),
        ("تهر\nان", "fa"),
    ],
)
def test_what_is_no_name(text: str, language: str) -> None:
    assert find_names(text, language) == ()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("آقای روحانی", "fa", ["hassan-rouhani"]),
        ("حسن روحانی آمد. روحانی رفت.", "fa", ["hassan-rouhani", "hassan-rouhani"]),
        ("علی لاریجانی آمد. لاریجانی رفت.", "fa", ["ali-larijani", "ali-larijani"]),
        ("صادق لاریجانی آمد. لاریجانی رفت.", "fa", ["sadeq-larijani", "sadeq-larijani"]),
        ("لاریجانی رفت.", "fa", []),
        ("جان کری و ظریف رفتند.", "fa", ["john-kerry", "mohammad-javad-zarif"]),
        ("جان کری، و ظریف رفت.", "fa", ["john-kerry"]),
        ("تهران و ظریف", "fa", ["tehran"]),
        ("دیدار بوتين ورئيسي", "ar", ["vladimir-putin", "ebrahim-raisi"]),
        ("بوتين. ورئيسي", "ar", ["vladimir-putin"]),
        ("اوپک و اوپک+ توافق کردند.", "fa", ["opec", "opec-plus"]),
        ("طالبان وارد کابل شدند.", "fa", ["taliban", "kabul"]),
        ("زار كابل", "ar", ["kabul"]),
        ("حافظ الأسد ثم الأسد", "ar", ["hafez-al-assad", "hafez-al-assad"]),
        ("سقط الأسد", "ar", ["bashar-al-assad"]),
        ("في السعودية", "ar", ["saudi-arabia"]),
        ("إيران والسعودية", "ar", ["iran", "saudi-arabia"]),
        ("السعودية تعلن", "ar", ["saudi-arabia"]),
        ("للسعودية", "ar", ["saudi-arabia"]),
        ("الأردن: وصل إلى عمان", "ar", ["jordan", "amman"]),
        ("مسقط: عاد إلى عمان", "ar", ["muscat", "oman"]),
        ("من عُمان", "ar", ["oman"]),
        ("من عمّان", "ar", ["amman"]),
        ("حركة فتح نفت، وأضافت فتح أنها باقية.", "ar", ["fatah", "fatah"]),
        ("حركة فتح قالت. وفتح الباب.", "ar", ["fatah"]),
        ("قالت كتائب القسام ثم أعلنت القسام", "ar", ["qassam-brigades", "qassam-brigades"]),
        ("طرابلس", "ar", ["tripoli"]),
        ("طرابلس اللبنانية، ثم طرابلس", "ar", ["tripoli-lebanon", "tripoli-lebanon"]),
    ],
)
def test_evidence(text: str, language: str, expected: list[str]) -> None:
    assert ids(text, language) == expected


def test_the_longest_name_wins() -> None:
    assert ids("خبرگزاری فرانسه از بانک مرکزی اروپا گزارش داد", "fa") == [
        "agence-france-presse",
        "european-central-bank",
    ]


def test_an_arabic_paragraph_on_a_persian_page() -> None:
    text = "ایران و عربستان توافق کردند.\nورحبت بغداد ومسقط بالاتفاق الذي تم في بكين.\nاین خبر در تهران منتشر شد."
    assert ids(text, "fa") == ["iran", "saudi-arabia", "baghdad", "muscat", "beijing", "tehran"]


def test_labels_are_in_the_texts_language() -> None:
    labels = [find_names("Putin", language)[0].label for language in ("fa", "ar", "en")]
    assert labels == ["ولادیمیر پوتین", "فلاديمير بوتين", "Vladimir Putin"]


@pytest.mark.parametrize(
    ("text", "language", "name", "confidence"),
    [
        ("سخنگوی وزارت نیرو، علی رضایی، گفت", "fa", "علی رضایی", 0.6),
        ("علی رضایی، سخنگوی وزارت نیرو، گفت", "fa", "علی رضایی", 0.5),
        ("دکتر محمدعلی کریمی‌زاده هشدار داد", "fa", "محمدعلی کریمی‌زاده", 0.6),
        ("وزير الصحة العراقي أحمد ناصر قال", "ar", "أحمد ناصر", 0.6),
        ("السفير عبد الله بن حمد الكعبي وصل", "ar", "عبد الله بن حمد الكعبي", 0.6),
    ],
)
def test_a_title_shows_a_person(text: str, language: str, name: str, confidence: float) -> None:
    found = [mention for mention in find_names(text, language) if mention.kind == "person"]
    assert [(mention.text, mention.confidence, mention.method) for mention in found] == [(name, confidence, "title")]
    assert found[0].id.startswith(PREFIX)


def test_a_candidate_is_one_in_both_languages() -> None:
    persian = find_names("وزیر دفاع، سعید کریموف، آمد", "fa")
    arabic = find_names("وزير الدفاع سعيد كريموف وصل", "ar")
    assert persian[0].id == arabic[0].id


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("قال وزير الدفاع باول تشكريموف يوم السبت", "ar", ["باول تشكريموف"]),
        ("وزیر دفاع پاول چکریموف گفت", "fa", ["پاول چکریموف"]),
        ("وقال رئيس الاحتياطي باول إن التضخم مرتفع", "ar", ["jerome-powell"]),
        ("آقای پاول نرخ بهره را بالا برد", "fa", ["jerome-powell"]),
        ("وأكد الرئيس باول، ثم غادر", "ar", ["jerome-powell"]),
    ],
)
def test_a_given_name_before_a_family_name_is_nobody_s_family_name(text: str, language: str, found: list[str]) -> None:
    people = [mention for mention in find_names(text, language) if mention.kind == "person"]
    assert [mention.text if mention.method == "title" else mention.id for mention in people] == found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("وزیر بهداشت گفت علی رضایی رفت", "fa"),
        ("رئيس تركي يدشن المصنع", "ar"),
        ("علی رضایی رفت", "fa"),
        ("الملك فهد الواقع على الخليج", "ar"),
    ],
)
def test_no_candidate_without_a_title_before_the_name(text: str, language: str) -> None:
    assert not any(mention.method == "title" for mention in find_names(text, language))


_PIECES = st.lists(
    st.sampled_from(
        [
            *("پوتین", "بوتين", "تهران", "طهران", "علی", "عبد ", "الله", "عمان", "US", "و", "ال", "لل"),
            *("رئیس‌جمهور ", "وزير الخارجية ", "آقای ", "في ", "در ", " ", "\n", "، ", "."),
            *(ZWNJ, TATWEEL, FATHA),
        ]
    ),
    max_size=30,
).map("".join)


def check_mentions(text: str, mentions: tuple[EntityMention, ...]) -> None:
    end = 0
    for mention in mentions:
        start, stop = mention.offset
        assert end <= start < stop <= len(text)
        assert mention.text == text[start:stop]
        assert mention.kind in {"person", "place", "organization"}
        assert 0 < mention.confidence <= 1
        end = stop


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), _PIECES), st.sampled_from(["fa", "ar", "en", "und"]))
def test_any_text(text: str, language: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    mentions = find_names(composed, language)
    check_mentions(composed, mentions)
    assert find_names(composed, language) == mentions
