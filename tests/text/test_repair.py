import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.repair import Repaired, repair

PERSIAN = (
    "نخستین قطار تازه امروز از ایستگاه مرکزی به راه افتاد\n\n"
    "مدیر راه\u200cآهن گفت که این قطار در هر ساعت «دو بار» از شهر به فرودگاه می\u200cرود؛ بلیت آن ۵۰ هزار تومان است.\n"
    "او افزود: پس از پایان کار، پنج ایستگاه دیگر نیز گشوده خواهد شد…\n"
)
ARABIC = (
    "انطلاق أول قطار جديد من المحطة المركزية\n\n"
    "وقال مدير السكك الحديدية إن القطار يسير إلى المطار مرتين في كل ساعة، وإن ثمن التذكرة هو «خمسون» دينارا.\n"
    "وأضاف أن خمس محطات أخرى سوف تفتح بعد نهاية العمل.\n"
)


def misread(text: str, wrong: str) -> str:
    """Decode the UTF-8 of `text` as a browser does: windows-1252 has no holes there."""
    raw = text.encode("utf-8")
    if wrong == "windows-1252":
        return "".join(bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in raw)
    return raw.decode({"windows-1256": "cp1256", "iso-8859-1": "latin-1"}[wrong])


@pytest.mark.parametrize("text", [PERSIAN, ARABIC], ids=["fa", "ar"])
@pytest.mark.parametrize("wrong", ["windows-1252", "iso-8859-1", "windows-1256"])
class TestMojibake:
    def test_is_repaired(self, text: str, wrong: str) -> None:
        repaired = repair(misread(text, wrong))
        assert repaired.text == text
        assert repaired.repairs == (f"mojibake:{wrong}",)

    def test_is_repaired_below_another(self, text: str, wrong: str) -> None:
        repaired = repair(misread(misread(text, wrong), "windows-1252"))
        assert repaired.text == text
        assert repaired.repairs == ("mojibake:windows-1252", f"mojibake:{wrong}")

    def test_lines_that_are_whole_stay(self, text: str, wrong: str) -> None:
        first, _, rest = text.partition("\n")
        assert repair(f"{first}\n{misread(rest, wrong)}").text == text

    def test_one_damaged_line_that_resists_stops_it(self, text: str, wrong: str) -> None:
        cut = misread("گفت که در این شهر", wrong)[:-1]
        assert repair(misread(text, wrong) + cut) == Repaired(misread(text, wrong) + cut)


def test_legacy_bytes_that_were_read_as_windows_1252() -> None:
    raw = ARABIC.encode("cp1256")
    spoilt = "".join(bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in raw)
    repaired = repair(spoilt)
    assert repaired.text == ARABIC
    assert repaired.repairs == ("mojibake:windows-1256-as-windows-1252",)


def test_bytes_that_were_lost_are_not_made_up() -> None:
    spoilt = ARABIC.encode().decode("cp1252", "replace")
    assert "\ufffd" in spoilt
    assert repair(spoilt).text == spoilt


@pytest.mark.parametrize(
    "text",
    [
        "",
        PERSIAN,
        ARABIC,
        "موضوع، دفاع» و قطع؛ نوع… غلط” و شیوع’ وسیع\u2013 رفع\u00a0 ضلع•\n" * 20,
        "Ærøskøbing à côté de l'Île, où l'été est très âgé; Ø, Ù, Ú.\n" * 20,
        "Ø§",
        "Un café © 2024 – «Å» Â§ 4",
        "ÀÉÎÕÜ ÀÉÎÕÜ ÀÉÎÕÜ ÀÉÎÕÜ ÀÉÎÕÜ ÀÉÎÕÜ",
    ],
)
def test_text_that_is_whole_stays(text: str) -> None:
    repaired = repair(text)
    assert repaired.text == text
    assert repaired.repairs == ()


@given(st.text())
def test_total_and_idempotent(text: str) -> None:
    once = repair(text)
    assert repair(once.text).text == once.text
    assert (once.text == text) == (once.repairs == ())


@given(st.text("ØÙÚÛÂÃ§†ˆ„ظطعغ§¨©ÇáÚÑ \n\x85", max_size=80))
def test_total_and_idempotent_on_suspects(text: str) -> None:
    once = repair(text)
    assert repair(once.text).text == once.text
    assert (once.text == text) == (once.repairs == ())


@given(
    st.lists(st.sampled_from((PERSIAN + ARABIC).split()), min_size=12, max_size=40),
    st.sampled_from(["windows-1252", "iso-8859-1", "windows-1256"]),
)
def test_any_words_come_back(words: list[str], wrong: str) -> None:
    text = " ".join(["او گفت که این در است از را با", *words])
    assert repair(misread(text, wrong)).text == text
