"""The language of documents and paragraphs: right, calibrated, the same in every thread, total."""

import gzip
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.detect import detect, detect_paragraphs
from tasks.document import Language
from tasks.text.evidence import Evidence, weigh
from tasks.text.weights import CODES

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT / ".." / "shared" / "corpora"
REAL_SEEDS = ROOT / ".." / "shared" / "seeds"
SAMPLE_PAGES = ROOT / "seeds"

PERSIAN = "وزیر خارجه ایران روز شنبه به تهران بازگشت و گفت که گفت\u200cوگوها ادامه خواهد داشت."
ARABIC = "قال وزير الخارجية إن المحادثات ستستمر في الأيام المقبلة وإن البلدين اقتربا من الاتفاق."
ENGLISH = "The foreign minister said on Saturday that the talks would go on in both countries."
FRENCH = "Le ministre a dit samedi que les discussions avec les deux pays vont continuer dans la semaine."
KURMANJI = "Wezîrê derve roja şemiyê got ku gotûbêj dê bidomin û her du welat nêzîkî lihevkirinê ne."
ADDRESS = "16661 Ventura Blvd, Encino, CA 91436"


def sentences(which: str | None = None) -> list[tuple[str, str]]:
    path = Path(__file__).parent / "data" / "languages.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(code, text) for code, part, text in rows if which in (None, part)]


def share(outcomes: list[bool]) -> float:
    return sum(outcomes) / len(outcomes)


def test_there_are_enough_sentences_of_every_length():
    counts: dict[str, list[int]] = defaultdict(list)
    for code, text in sentences():
        counts[code].append(len(text.split()))
    for code in ("fa", "ar", "ur", "ps", "ckb", "en"):
        assert len(counts[code]) >= 40
        assert sum(count < 6 for count in counts[code]) >= 16
        assert sum(6 <= count < 13 for count in counts[code]) >= 14
        assert sum(count >= 13 for count in counts[code]) >= 10


@pytest.mark.parametrize("part", ["tuning", "held"])
def test_sentences_of_three_words_and_more_are_recognised(part):
    assert share([detect(text).code == code for code, text in sentences(part)]) >= 0.97


@pytest.mark.parametrize("code", ["fa", "ar", "ur", "ps", "ckb", "en", "ug", "azb"])
def test_sentences_of_eight_words_and_more_are_never_mistaken(code):
    for expected, text in sentences():
        if expected == code and len(text.split()) >= 7:
            assert detect(text).code == code, text


def test_an_answer_above_nine_tenths_is_right():
    answers = [(detect(text), code) for code, text in sentences()]
    sure = [answer.code == code for answer, code in answers if answer.confidence > 0.9]
    assert len(sure) >= 200
    assert share(sure) >= 0.97


def passages(folder: str) -> Iterator[str]:
    path = CORPORA / folder / "passages.jsonl.gz"
    if not path.exists():
        pytest.skip("the retrieval sets are not beside this checkout")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


@pytest.mark.parametrize(("folder", "code"), [("fa_pquad_val", "fa"), ("ar_arcd", "ar")])
@pytest.mark.parametrize(("words", "least"), [(3, 0.97), (8, 0.99), (10**6, 1.0)])
def test_pieces_of_real_passages_are_recognised(folder, code, words, least):
    outcomes, sure = [], []
    for number, passage in enumerate(passages(folder)):
        tokens = passage.split()
        start = number * 7 % max(1, len(tokens) - words)
        language = detect(" ".join(tokens[start : start + words]))
        outcomes.append(language.code == code)
        if language.confidence > 0.9:
            sure.append(language.code == code)
    assert share(outcomes) >= least
    assert share(sure) >= 0.97


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("000_e813c4fa1df54792.txt", "fa"),
        ("001_8da4737c311bfcfa.txt", "ar"),
        ("002_645e4937ffeb6d97.txt", "fa"),
        ("003_8fc7de84c5610d4c.txt", "fa"),
        ("004_30d6c82441537e33.txt", "ar"),
    ],
)
def test_the_real_seeds_are_recognised_paragraph_by_paragraph(name, code):
    path = REAL_SEEDS / name
    if not path.exists():
        pytest.skip("the real seeds are not beside this checkout")
    text = path.read_text(encoding="utf-8")
    language = detect(text)
    assert language.code == code
    assert language.confidence > 0.99
    assert language.shares == ((code, 1.0),)
    assert {paragraph for *_, paragraph in detect_paragraphs(text, code)} == {code}


def test_the_sample_pages_are_in_the_language_their_names_say():
    pages = [path for path in sorted(SAMPLE_PAGES.rglob("*.txt")) if path.name[:3] in ("fa-", "ar-")]
    if not pages:
        pytest.skip("this checkout has no sample pages")
    for path in pages:
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "windows-1256")
        language = detect(text)
        assert language.code == path.name[:2], path.name
        assert language.confidence > 0.9, path.name


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "۱۲۳", "٢٠٢٤/٥/٣", "2024-05-03", "https://example.com/a?b=1", "www.example.ir", "info@example.ir",
     "😀😀", "،؛؟«»", "\u0640\u0640\u0640", "\u064b\u064c", "\u200c\u200f"],
)  # fmt: skip
def test_text_without_letters_has_no_language(text):
    assert detect(text) == Language("und", 0.0, ())
    assert {code for *_, code in detect_paragraphs(text, "fa")} <= {"fa"}


@pytest.mark.parametrize("text", [ADDRESS, f"{ADDRESS}\n1201 Connecticut Ave NW, Washington DC 20036", "RFE/RL"])
def test_an_address_alone_is_english_or_nothing(text):
    assert detect(text).code in ("en", "und")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{ADDRESS}\nFollow us on Twitter\nبحران سوریه", "fa"),
        (f"{ADDRESS}\nwww.example.com\n{ARABIC}", "ar"),
        (f"Radio Example | رادیو نمونه\n{ARABIC}\n{ARABIC}", "ar"),
        (f"الوسوم\nالرئيسية\n{PERSIAN}\n{PERSIAN}", "fa"),
    ],
)
def test_page_furniture_does_not_decide(text, code):
    assert detect(text).code == code


def test_the_larger_part_of_a_mixed_document_names_it():
    language = detect(f"{ARABIC}\n\n{PERSIAN}\n{PERSIAN}\n{PERSIAN}\n{ENGLISH}")
    assert language.code == "fa"
    assert [code for code, _ in language.shares] == ["fa", "ar", "en"]
    assert sum(part for _, part in language.shares) == pytest.approx(1.0, abs=0.001)
    assert language.shares[0][1] == pytest.approx(0.59, abs=0.03)
    assert detect(f"{ARABIC}\n{ARABIC}\n{PERSIAN}").code == "ar"


def test_a_long_quotation_after_the_first_screen_is_counted():
    language = detect("\n".join([PERSIAN] * 30 + [ARABIC] * 15 + [ENGLISH] * 15))
    assert language.code == "fa"
    assert {code for code, _ in language.shares} == {"fa", "ar", "en"}
    assert language.shares[0][1] == pytest.approx(0.5, abs=0.04)


def test_paragraphs_have_their_own_language_and_offsets():
    text = f"  {PERSIAN}\n\n{ARABIC}  \nبحران\n{ENGLISH}\r\n{ADDRESS}"
    found = detect_paragraphs(text, "fa")
    assert [code for *_, code in found] == ["fa", "ar", "fa", "en", "fa"]
    assert [text[start:end] for start, end, _ in found] == [PERSIAN, ARABIC, "بحران", ENGLISH, ADDRESS]
    assert detect_paragraphs("بحران\nقال الوزير إن الحرب انتهت", "fa") == ((0, 5, "fa"), (6, 31, "ar"))
    assert detect_paragraphs("بحران", "ar") == ((0, 5, "ar"),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("وزير امور خارجه ايران به تهران رفت و گفت كه كشور آماده است", "fa"),  # Arabic yeh and kaf
        ("رئیس\u200cجمهور گفت\u200cوگو با خبرنگاران را لغو کرد", "fa"),
        ("رئیسجمهور گفتوگو با خبرنگاران را لغو کرد و به خانه رفت", "fa"),  # ZWNJ lost
        ("قال الوزیر إن الحکومة ستعلن القرار فی بغداد یوم الأحد", "ar"),  # Persian yeh and kaf
        ("قَالَ الوَزِيرُ إِنَّ الحَرْبَ انْتَهَتْ فِي المَدِينَةِ", "ar"),
        ("قال الوزير ان الحكومه ستعلن القرار يوم الاحد في بغداد", "ar"),  # hamza and teh marbuta left out
        ("\ufed3\ufe8e\ufead\ufeb3\ufbfd \ufeaf\ufe91\ufe8e\ufee5 \ufe8d\ufeb3\ufe96", "fa"),  # presentation forms
        ("وزير خارجه نے كها كه بات چيت جاري رهے گي", "ur"),  # typed on an Arabic keyboard
        ("له\u200c هه\u200cولێر كۆبوونه\u200cوه\u200cیه\u200cك به\u200cڕێوه\u200cچوو", "ckb"),  # before Unicode's ە
        ("سڀئي انسان آزاد ۽ برابر آهن", "sd"),
        ("Putin visits Tehran", "en"),
    ],
)
def test_careless_typing_does_not_change_the_language(text, code):
    assert detect(text).code == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (FRENCH, ("fr",)),
        (KURMANJI, ("und",)),
        ("Министр сказал в субботу, что переговоры продолжатся", ("und",)),
        ("שר החוץ אמר בשבת כי השיחות יימשכו", ("und",)),
        ("وزير لوار نݢارا برکات روندڠن اکن دتروسکن دڠن نݢارا جيرن", ("und",)),  # Malay in Arabic script
    ],
)
def test_other_languages_are_named_or_undetermined(text, codes):
    assert detect(text).code in codes


def test_threads_that_start_cold_agree_with_one_thread():
    program = (
        "import json, sys\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from tasks.detect import detect\n"
        "texts = json.loads(sys.stdin.read())\n"
        "assert 'langdetect' not in sys.modules\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    answers = list(pool.map(detect, texts * 8))\n"
        "assert 'langdetect' in sys.modules\n"
        "assert answers == answers[: len(texts)] * 8\n"
        "print(json.dumps([[a.code, a.confidence] for a in answers[: len(texts)]]))\n"
    )
    texts = ["تمام موارد", "طهران", "بحران سوریه", FRENCH, PERSIAN, ARABIC, KURMANJI]
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(texts), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[detect(text).code, detect(text).confidence] for text in texts]


def test_what_letters_and_words_decide_never_loads_langdetect():
    program = (
        "import sys\n"
        "from tasks.detect import detect, detect_paragraphs\n"
        "for text in sys.stdin.read().splitlines():\n"
        "    detect(text)\n"
        "    detect_paragraphs(text, 'fa')\n"
        "print('langdetect' in sys.modules)\n"
    )
    text = "\n".join([PERSIAN, ARABIC, ENGLISH, *(text for _, text in sentences() if len(text.split()) >= 13)])
    done = subprocess.run(
        [sys.executable, "-c", program], input=text, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_many_threads_may_be_the_first_to_ask_langdetect(monkeypatch):
    texts = ("تمام موارد", "طهران", FRENCH)
    alone = [detect(text) for text in texts]
    monkeypatch.setattr("tasks.detect._factory", None)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: [detect(text) for text in texts], range(16)))
    assert answers == [alone] * 16


def test_weigh_counts_letters_and_names_the_script():
    assert weigh("") == Evidence()
    assert weigh("وزیر گفت").letters == 7
    assert weigh("وزیر گفت").script == "arabic"
    assert weigh("شرکت Apple").script == "arabic"
    assert weigh("Apple Inc. معرفی").script == "latin"
    assert weigh("Москва").script == "other"
    assert weigh("ب" * 1000).letters == 1000


LETTERS = st.sampled_from("ابپتجچکكيیىةأإئؤهەہےںټښڕێۆۇې و.،\u200c\u200f\u0640\u064b۱٢3aZé@:/ \n\r\u2028ж中")


@given(st.one_of(st.text(), st.text(LETTERS), st.text(LETTERS, min_size=200)))
def test_any_text_has_a_language_and_paragraphs(text):
    language = detect(text)
    assert detect(text) == language
    assert 0.0 <= language.confidence <= 1.0
    assert (language.confidence == 0.0) == (language.code == "und") == (not language.shares)
    parts = [part for _, part in language.shares]
    assert parts == sorted(parts, reverse=True)
    assert all(0.0 < part <= 1.0 for part in parts)
    assert sum(parts) <= 1.001
    assert len({code for code, _ in language.shares}) == len(parts)
    if parts:
        assert language.shares[0][0] == language.code


@given(st.one_of(st.text(), st.text(LETTERS)), st.sampled_from(["fa", "ar"]))
def test_paragraphs_cover_everything_but_white_space(text, fallback):
    end = 0
    for start, stop, code in detect_paragraphs(text, fallback):
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip() != ""
        assert code in (*CODES, fallback)
        end = stop
    assert not text[end:].strip()
