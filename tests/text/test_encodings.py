import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.encodings import Undecodable, decode, unshape
from tasks.text.legibility import weigh

PERSIAN = (
    "دولت گفت که ساخت راه\u200cآهن تازه در جنوب کشور از ماه آینده آغاز می\u200cشود. به گفته وزیر، این راه پس از "
    "پایان کار، پنج شهر بزرگ را به هم وصل خواهد کرد و سفر با آن ژرف\u200cترین دره\u200cها را نیز در بر می\u200cگیرد."
)
ARABIC = (
    "قالت الحكومة إن بناء السكة الحديدية الجديدة في جنوب البلاد سوف يبدأ في الشهر المقبل، وقال الوزير إن "
    "هذا الخط بعد نهاية العمل سوف يصل بين خمس مدن كبرى، وإن السفر على متنه لا يكلف كثيرا."
)
#: `IBM864_TEXT` as IBM864 keeps it: a byte for each shape, taken from the code chart.
IBM864_TEXT = "قال الرجل من بعد هذا ان كل من كان في البلد لم يقل ما قال"
IBM864 = bytes.fromhex(
    "e2a8fb 20 c7e4d1ccfb 20 e5f2 20 c8eccf 20 e7d0c7 20 c7f2 20 e3fb 20 e5f2 20 e3a8f2 20 e1f6 20 "
    "c7e4c8e4cf 20 e4ef 20 eae2fb 20 e5a8 20 e2a8fb"
)


def legacy(text: str, name: str) -> bytes:
    """Write `text` as people did in that encoding, with the letters it has."""
    if name == "windows-1256":
        return text.replace("ی", "ي").encode("cp1256")
    text = text.replace("ی", "ي").replace("ک", "ك").replace("\u200c", " ")
    return text.encode({"iso-8859-6": "iso8859_6", "mac-arabic": "mac_arabic", "mac-farsi": "mac_farsi"}[name])


@pytest.mark.parametrize("text", [PERSIAN, ARABIC, "خبر", "plain", "a\u0661b", "😀 متن"])
@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8", "utf-8-sig"),
        (b"\xff\xfe", "utf-16-le", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be", "utf-16-be"),
        (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be", "utf-32-be"),
    ],
)
def test_unicode_with_its_mark(text: str, mark: bytes, codec: str, name: str) -> None:
    decoded = decode(mark + text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, name)


@pytest.mark.parametrize("text", [PERSIAN, ARABIC, "تهران", "قال الوزير\n", "plain English words"])
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(text: str, name: str) -> None:
    decoded = decode(text.encode(name))
    assert (decoded.text, decoded.encoding) == (text, name)


@pytest.mark.parametrize(
    ("text", "name", "digits"),
    [
        (PERSIAN, "windows-1256", "1403"),
        (ARABIC, "windows-1256", "2024"),
        (ARABIC, "iso-8859-6", "2024"),
        (ARABIC, "mac-arabic", "٢٠٢٤"),
        (PERSIAN, "mac-farsi", "۱۴۰۳"),
    ],
)
def test_legacy(text: str, name: str, digits: str) -> None:
    raw = legacy(f"{text} {digits}", name)
    decoded = decode(raw)
    assert decoded.encoding == name
    assert decoded.text.endswith(f" {digits}")
    assert legacy(decoded.text, name) == raw


def test_macintosh_spaces_tell_it_from_iso() -> None:
    decoded = decode(legacy(ARABIC, "mac-arabic").replace(b" ", b"\xa0"))
    assert (decoded.text, decoded.encoding) == (ARABIC, "mac-arabic")


def test_ibm864_becomes_letters() -> None:
    decoded = decode(IBM864)
    assert (decoded.text, decoded.encoding) == (IBM864_TEXT, "ibm864")


def test_evidence_may_come_late() -> None:
    raw = b"plain words\n" * 20_000 + legacy(ARABIC, "windows-1256")
    assert decode(raw).text.endswith(ARABIC)


@pytest.mark.parametrize(
    ("raw", "offset", "encoding"),
    [
        (PERSIAN.encode() + b"\x80", len(PERSIAN.encode()), "utf-8"),
        ("خبر".encode()[:-1], 4, "utf-8"),
        ("خبر تازه".encode() + b"\xc0\xaf", 15, "utf-8"),
        (b"\xef\xbb\xbfabc\xff", 6, "utf-8"),
        (b"\xff\xfe" + "خبر".encode("utf-16-le") + b"\n", 8, "utf-16-le"),
        (b"\xfe\xff\xd8\x00", 2, "utf-16-be"),
        (ARABIC.encode("utf-16-le") + b"\n", 2 * len(ARABIC), "utf-16-le"),
        (ARABIC.encode("utf-16-be") + b"\xd8\x00", 2 * len(ARABIC), "utf-16-be"),
        (b"\xff\xfe\x00\x00\xff\xff\xff\x7f", 4, "utf-32-le"),
        (b"ab\xd3\xe1\xc7\xe3", 2, None),
        ("Le ministre a déclaré à la presse que l'été sera chaud. ".encode("cp1252") * 9, 15, None),
        ("Министр сказал, что мост скоро откроют для всех жителей. ".encode("cp1251") * 9, 0, None),
        ("Ο υπουργός είπε ότι η γέφυρα θα ανοίξει σύντομα για όλους. ".encode("iso8859_7") * 9, 0, None),
        ("השר אמר כי הגשר ייפתח בקרוב לכל תושבי העיר והסביבה. ".encode("cp1255") * 9, 0, None),
        ("部长表示，新桥将于明年年底前建成。".encode("gb18030") * 9, 0, None),
        (random.Random(4).randbytes(3000), None, None),
    ],
)
def test_refused_with_the_first_byte_that_does_not_fit(raw: bytes, offset: int | None, encoding: str | None) -> None:
    with pytest.raises(Undecodable) as caught:
        decode(raw)
    assert caught.value.encoding == encoding
    assert caught.value.offset == offset or offset is None
    assert caught.value.reason


def test_legacy_page_with_a_byte_that_has_no_meaning_far_behind() -> None:
    raw = legacy(ARABIC, "iso-8859-6") * 600
    with pytest.raises(Undecodable) as caught:
        decode(raw + b"\xff")
    assert (caught.value.offset, caught.value.encoding) == (len(raw), "iso-8859-6")


@given(st.binary())
def test_total(raw: bytes) -> None:
    try:
        decoded = decode(raw)
    except Undecodable as error:
        assert 0 <= error.offset < len(raw)
    else:
        decoded.text.encode("utf-8")


@given(st.text().filter(lambda text: not text.startswith("\ufeff")))
def test_utf_8_comes_back_whatever_it_says(text: str) -> None:
    with_mark = decode(text.encode("utf-8-sig"))
    assert (with_mark.text, with_mark.encoding) == (text, "utf-8-sig")
    if "\x00" not in text and "\x06" not in text:
        assert decode(text.encode()).text == text


@given(st.data(), st.sampled_from(["windows-1256", "iso-8859-6", "mac-arabic", "mac-farsi"]))
def test_any_words_in_any_legacy_encoding(data: st.DataObject, name: str) -> None:
    words = (PERSIAN if name == "mac-farsi" else ARABIC).split()
    text = " ".join(data.draw(st.lists(st.sampled_from(words), min_size=30, max_size=60)))
    raw = legacy(text, name)
    assert legacy(decode(raw).text, name) == raw


@given(st.text())
def test_unshape_is_total_and_idempotent(text: str) -> None:
    assert unshape(unshape(text)) == unshape(text)


def test_unshape() -> None:
    assert unshape("\ufee3\ufee6 \ufefb \ufdf2 ½") == "من لا \ufdf2 ½"


@given(st.text())
def test_weighing_is_total(text: str) -> None:
    legibility = weigh(text)
    assert 0 <= legibility.letters <= 1
    assert 0 <= legibility.words <= 1
    assert legibility.stray >= 0


def test_weighing_tells_a_page_from_its_misreading() -> None:
    for text in (PERSIAN, ARABIC):
        assert weigh(text).score > 1.2
        assert weigh(text.encode().decode("cp1256")).score < 0
        assert weigh(text.encode("cp1256", "replace").decode("mac_arabic")).score < 1
    assert weigh("no word of it").word_count == 0
