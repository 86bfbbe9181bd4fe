"""A folder of bad and odd files, each with the status it must have in the ledger.

All sentences are daftar's own. Where two files hold the same text, the one that sorts first is indexed.
"""

import gzip
import os
import random
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path

from tasks.paths import encode_path

INDEXED, QUARANTINED, IGNORED, DUPLICATE = "indexed", "quarantined", "ignored", "duplicate"

PERSIAN = (
    "وزیر راه گفت که ساخت پل تازه در شمال شهر تا پایان سال آینده تمام می\u200cشود.",
    "به گزارش خبرنگار ما، بارش برف در گردنه\u200cهای غرب کشور از صبح امروز آغاز شده است.",
    "این کارخانه پس از دو سال تعطیلی، با سیصد کارگر کار خود را از سر گرفت.",
    "کارشناسان می\u200cگویند قیمت نان در ماه گذشته بیش از ده درصد بالا رفته است.",
    "تیم ملی والیبال در دیدار پایانی با نتیجه سه بر یک بر حریف خود چیره شد.",
    "شهردار از مردم خواست که در روزهای آلوده از خودروی شخصی استفاده نکنند.",
    "نمایشگاه کتاب امسال با حضور هزار ناشر در بوستان گفتگو برگزار خواهد شد.",
    "پژوهشگران دانشگاه چهار گونه تازه از گیاهان دارویی را در این منطقه یافتند.",
)
ARABIC = (
    "قال وزير النقل إن الجسر الجديد في شمال المدينة سوف يفتح قبل نهاية العام المقبل.",
    "وأضاف المتحدث أن الأمطار التي هطلت منذ الصباح أدت إلى إغلاق الطريق بين المدينتين.",
    "وعاد المصنع إلى العمل بعد توقف دام عامين، وفيه اليوم ثلاثمئة عامل من أهل المنطقة.",
    "ويرى الخبراء أن سعر الخبز ارتفع خلال الشهر الماضي أكثر من كل ما كان متوقعا.",
    "فاز المنتخب الوطني في المباراة النهائية على ضيفه بثلاثة أهداف مقابل هدف واحد.",
    "ودعت البلدية السكان إلى عدم استعمال السيارات الخاصة في أيام التلوث الشديد.",
    "يقام معرض الكتاب هذا العام في الحديقة الكبرى مع حضور أكثر من ألف ناشر.",
    "واكتشف باحثون من الجامعة أربعة أنواع جديدة من النباتات الطبية في هذا الوادي.",
)
RUSSIAN = "Министр сообщил, что новый мост откроют до конца следующего года. "
FRENCH = "Le ministre a déclaré que le pont sera achevé à la fin de l'année prochaine. "
CHINESE = "部长表示，新桥将于明年年底前建成，届时两地之间的交通将更加便利。"

#: Letters that have no byte in windows-1256, and in IBM864.
TO_ARABIC_YEH = str.maketrans({"ی": "ي"})
TO_IBM864 = str.maketrans({"إ": "ا"})


def encode_ibm864(text: str) -> bytes:
    """Write logical Arabic in IBM864, which has a byte for each shape of a letter that it knows."""
    shapes: dict[tuple[str, str], int] = {}
    for byte in range(256):
        sign = bytes([byte]).decode("cp864", "replace")
        shape, _, bases = unicodedata.decomposition(sign).partition(" ")
        if shape in ("<isolated>", "<final>", "<initial>", "<medial>"):
            letters = "".join(chr(int(base, 16)) for base in bases.split())
            shapes[letters, shape.strip("<>")] = byte
        else:
            shapes.setdefault((sign, "any"), byte)
    joins = {letter for letter, shape in shapes if shape == "initial"} | set("طظـ")
    linked = {letter for letter, shape in shapes if shape != "any"} | {"ـ"}
    return bytes(_pick_shape(shapes, text, place, joins, linked) for place in range(len(text)))


def _pick_shape(shapes: dict[tuple[str, str], int], text: str, place: int, joins: set[str], linked: set[str]) -> int:
    letter = text[place]
    before = place > 0 and text[place - 1] in joins
    after = letter in joins and text[place + 1 : place + 2] in linked
    wanted = {
        (False, False): ("any", "isolated", "final", "initial"),
        (True, False): ("any", "final", "isolated", "medial", "initial"),
        (False, True): ("any", "initial", "medial", "isolated"),
        (True, True): ("any", "medial", "initial", "final", "isolated"),
    }[before, after]
    return next(shapes[letter, shape] for shape in wanted if (letter, shape) in shapes)


class _Writer:
    """Writes pages that are all different, and remembers what is expected of each."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.expected: dict[str, str] = {}
        self._number = 1000

    def page(self, sentences: tuple[str, ...] = PERSIAN) -> str:
        """Return a page that no other call returns."""
        self._number += self.random.randint(1, 9)
        chosen = self.random.sample(sentences, 6)
        return f"{chosen[0][:-1]} {self._number}\n\n{' '.join(chosen[1:4])}\n\n{' '.join(chosen[4:])}\n"

    def place(self, name: bytes | str, status: str) -> Path:
        """Expect `status` of `name` and return its full path, the directories above it made."""
        self.expected[encode_path(name)] = status
        path = self.folder / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: bytes | str, status: str, content: bytes | str) -> Path:
        path = self.place(name, status)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path


def write_hostile_folder(folder: Path, seed: int) -> dict[str, str]:
    """Fill `folder` and return the expected status of everything in it by ledger key.

    The same seed writes the same bytes. Files that only some users may read are expected accordingly.
    """
    writer = _Writer(folder, seed)
    for write in (
        _write_empty, _write_binary, _write_broken_unicode, _write_unicode, _write_legacy, _write_mojibake,
        _write_long, _write_abuse, _write_formats, _write_names, _write_special, _write_ignored, _write_twice,
    ):  # fmt: skip
        write(writer)
    return writer.expected


def _write_empty(writer: _Writer) -> None:
    contents: dict[str, bytes | str] = {
        "nothing": b"",
        "spaces": " \t\r\n \n" * 50,
        "no-break spaces": "\u00a0\u3000\u202f\n",
        "only a mark": "\ufeff",
        "only a mark, UTF-16": b"\xff\xfe",
        "only joiners": "\u200c\u200d\u200b\u2060" * 20,
        "only bidi controls": "\u202e\u202c\u2067\u2069\u061c" * 20,
        "only marks": "\u064b\u0301\u0300\u0651" * 20,
        "only punctuation": "----- ***** ،،،، ؟؟؟ !!!\n" * 5,
    }
    for name, content in contents.items():
        writer.write(f"empty/{name}.txt", QUARANTINED, content)
    writer.write("empty/only digits.txt", INDEXED, f"{writer.random.randint(10**9, 10**10)} ۱۴۰۳ ٢٠٢٤\n")
    writer.write("empty/one letter.txt", INDEXED, "ث")


def _write_binary(writer: _Writer) -> None:
    noise = writer.random.randbytes
    contents = {
        "image.png": b"\x89PNG\r\n\x1a\n" + noise(3000),
        "image.jpg": b"\xff\xd8\xff\xe0" + noise(3000),
        "page.gz": gzip.compress(writer.page().encode(), mtime=0),
        "paper.pdf": b"%PDF-1.7\n" + noise(3000),
        "paper.docx": b"PK\x03\x04" + noise(3000),
        "paper.rtf": b"{\\rtf1\\ansi " + b"plain words " * 50 + b"}",
        "program": b"\x7fELF\x02\x01\x01" + noise(3000),
        "database.txt": b"SQLite format 3\x00" + noise(3000),
        "noise.txt": noise(5000),
        "zeros.txt": bytes(5000),
        "zeros behind a page.txt": writer.page().encode() + bytes(4096),
        "controls.txt": bytes(writer.random.choices(range(1, 32), k=400)) + b"words " * 20,
    }
    for name, content in contents.items():
        writer.write(f"binary/{name}", QUARANTINED, content)
    writer.write("binary/one zero.txt", INDEXED, writer.page() + "\x00")
    writer.write("binary/terminal colours.txt", INDEXED, f"\x1b[31m{writer.page()}\x1b[0m")


def _write_broken_unicode(writer: _Writer) -> None:
    page = writer.page()
    utf_16 = page.encode("utf-16-le")
    contents = {
        "cut": page.encode().rstrip(b"\n.") + "ب".encode()[:1],
        "lone continuation": page.encode() + b"\x80\xbf" + page.encode(),
        "overlong": page.encode() + b"\xc0\xaf",
        "surrogates": page.encode() + b"\xed\xa0\x80\xed\xb0\x80",
        "beyond Unicode": page.encode() + b"\xf5\x80\x80\x80",
        "UTF-16 of odd length": b"\xff\xfe" + utf_16 + b"\n",
        "UTF-16 of odd length, no mark": utf_16 + b"\n",
        "UTF-16 with half a pair": b"\xff\xfe" + utf_16 + b"\x00\xd8" + utf_16,
        "UTF-32 with nonsense": b"\xff\xfe\x00\x00" + page.encode("utf-32-le") + b"\xff\xff\xff\x7f",
        "mark of another encoding": b"\xef\xbb\xbf" + writer.page(ARABIC).encode("cp1256"),
        "two encodings": (writer.page() * 3).encode() + writer.page(ARABIC).encode("cp1256")[:40],
    }
    for name, content in contents.items():
        writer.write(f"broken/{name}.txt", QUARANTINED, content)


def _write_unicode(writer: _Writer) -> None:
    for name, codec in {
        "UTF-8 with mark": "utf-8-sig", "UTF-16 with mark": "utf-16", "UTF-32 with mark": "utf-32",
        "UTF-16 little": "utf-16-le", "UTF-16 big": "utf-16-be",
    }.items():  # fmt: skip
        writer.write(f"unicode/{name}.txt", INDEXED, writer.page().encode(codec))
    writer.write("unicode/UTF-16 big with mark.txt", INDEXED, b"\xfe\xff" + writer.page(ARABIC).encode("utf-16-be"))
    writer.write("unicode/decomposed.txt", INDEXED, unicodedata.normalize("NFD", writer.page(ARABIC)))
    writer.write("unicode/old line ends.txt", INDEXED, writer.page().replace("\n", "\r"))


def _write_legacy(writer: _Writer) -> None:
    persian = writer.page().translate(TO_ARABIC_YEH)
    for name, content in {
        "windows-1256 Persian": persian.encode("cp1256"),
        "windows-1256 Arabic": writer.page(ARABIC).encode("cp1256"),
        "ISO 8859-6": writer.page(ARABIC).encode("iso8859_6"),
        "MacArabic": writer.page(ARABIC).encode("mac_arabic").replace(b" ", b"\xa0"),
        "MacFarsi": writer.page().translate(TO_ARABIC_YEH).replace("ک", "ك").replace("\u200c", " ").encode("mac_farsi"),
        "IBM864": encode_ibm864(writer.page(ARABIC).translate(TO_IBM864)),
    }.items():
        writer.write(f"legacy/{name}.txt", INDEXED, content)
    for name, content in {
        "windows-1251": (RUSSIAN * 5).encode("cp1251"),
        "windows-1252": (FRENCH * 5).encode("cp1252"),
        "GBK": (CHINESE * 5).encode("gbk"),
        "too short to tell": "سلام".encode("cp1256"),
    }.items():
        writer.write(f"legacy/{name}.txt", QUARANTINED, content)


def _decode_as_browsers(raw: bytes) -> str:
    return "".join(bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in raw)


def _write_mojibake(writer: _Writer) -> None:
    once: dict[str, Callable[[bytes], str]] = {
        "windows-1252": _decode_as_browsers,
        "windows-1256": lambda raw: raw.decode("cp1256"),
        "ISO 8859-1": lambda raw: raw.decode("iso8859_1"),
        "twice": lambda raw: _decode_as_browsers(_decode_as_browsers(raw).encode()),
        "with loss": lambda raw: raw.decode("cp1252", "replace"),
    }
    for name, spoil in once.items():
        writer.write(f"mojibake/{name}.txt", INDEXED, spoil(writer.page().encode()))
    writer.write(
        "mojibake/windows-1256 as 1252.txt", INDEXED, _decode_as_browsers(writer.page(ARABIC).encode("cp1256"))
    )
    writer.write("mojibake/one line of it.txt", INDEXED, writer.page() + PERSIAN[0].encode().decode("cp1256") + "\n")


def _write_long(writer: _Writer) -> None:
    writer.write("long/one line.txt", INDEXED, (writer.page().replace("\n", " ") * 3000)[: 1 << 19])
    writer.write("long/one letter.txt", INDEXED, "ا" * (5 << 20))
    writer.write("long/many line breaks.txt", INDEXED, writer.page() + "\n" * (1 << 20))
    writer.write("long/marks on one letter.txt", INDEXED, writer.page() + "م" + "\u0651\u064e\u0301\u0327" * 5000)
    with writer.place("long/a gibibyte of nothing.txt", QUARANTINED).open("wb") as stream:
        stream.truncate(1 << 30)


def _write_abuse(writer: _Writer) -> None:
    page = writer.page()
    writer.write("abuse/overrides.txt", INDEXED, page.replace(" ", " \u202e", 9) + "\u2066\u2067\u2068" * 50)
    writer.write("abuse/zero width.txt", INDEXED, "\u200b".join(writer.page()))
    writer.write("abuse/joiners.txt", INDEXED, writer.page().replace("ا", "ا\u200c\u200c\u200c"))
    writer.write("abuse/kashida.txt", INDEXED, writer.page(ARABIC).replace("ل", "ل" + "ـ" * 40))
    writer.write("abuse/tags.txt", INDEXED, writer.page() + "".join(chr(0xE0020 + n) for n in range(90)))
    writer.write("abuse/noncharacters.txt", INDEXED, writer.page() + "\ufffe\uffff\U0010ffff\ufdd0\ue000")
    writer.write("abuse/separators.txt", INDEXED, writer.page().replace("\n", "\u2028\u2029\x0b\x0c\u0085"))
    writer.write("abuse/emoji.txt", INDEXED, writer.page() + "👩\u200d👩\u200d👧🏳\ufe0f\u200d🌈" * 200)


def _write_formats(writer: _Writer) -> None:
    number = writer.random.randint(1, 10**6)
    writer.write(
        "formats/page.html", INDEXED,
        f"<!doctype html><html dir=rtl><title>خبر {number}</title><script>x='</p>'</script><p>{PERSIAN[0]}</p>",
    )  # fmt: skip
    writer.write("formats/page.json", INDEXED, f'{{"id": {number}, "title": "خبر", "body": "{PERSIAN[1]}"}}')
    writer.write(
        "formats/template.txt", INDEXED, "{{ 7*7 }} ${jndi:ldap://x} %s %n '; DROP TABLE files; -- " + writer.page()
    )
    writer.write("formats/furniture.txt", INDEXED, f"اخبار مرتبط\nبیشتر بخوانید\nکد خبر: {number}\nارسال نظر\n")


def _write_names(writer: _Writer) -> None:
    names: tuple[bytes | str, ...] = (
        "two\nlines.txt", "tab\tand\rreturn.txt", "\x1b[2Jclears the screen.txt", "\u202etxt.gnp\u202c.txt",
        "\u2067isolate.txt", "نیم\u200cفاصله.txt", "zero\u200bwidth\ufeff.txt", b"\xc7\xce\xc8.txt", b"\xff\xfe\x80",
        "ن" * 125 + "12345", "n" * 251 + ".txt", "📰🇮🇷.txt", "-rf.txt", "--help", "'single' \"double\" `back`.txt",
        "back\\slash.txt", "\\xff.txt", "\\", "*?[a]{b}.txt", "$(id);&|<>.txt", "%s%n%00.txt", " both ends ",
        "CON", "é composed.txt", "e\u0301 composed.txt", "\u0651\u064b marks.txt", "line\u2028separator.txt",
        "x.txt/inside.txt",
        "/".join(f"{depth} {'ژرف' * 20}" for depth in range(8)) + "/deep.txt",
    )  # fmt: skip
    for name in names:
        prefix = b"names/"
        writer.write(prefix + os.fsencode(name), INDEXED, writer.page(writer.random.choice((PERSIAN, ARABIC))))


def _write_special(writer: _Writer) -> None:
    for name, target in {
        "loop a": "loop b", "loop b": "loop a", "self": "self", "up": "..", "here": ".", "dangling": "no such file",
        "outside.txt": "/etc/hosts", "inside.txt": "../names/-rf.txt", "zero.txt": "/dev/zero",
    }.items():  # fmt: skip
        writer.place(f"special/{name}", IGNORED).symlink_to(target)
    os.mkfifo(writer.place("special/fifo.txt", IGNORED))
    os.mknod(writer.place("special/socket.txt", IGNORED), stat.S_IFSOCK | 0o600)
    (writer.folder / "special/empty directory.txt").mkdir()
    name = "special/unreadable.txt"
    path = writer.write(name, QUARANTINED, writer.page())
    path.chmod(0)
    # The superuser may read everything.
    writer.expected[name] = INDEXED if os.access(path, os.R_OK) else QUARANTINED


def _write_ignored(writer: _Writer) -> None:
    for name in (
        ".hidden.txt", ".directory/page.txt", "...", "page.txt~", "page.txt.part", "page.tmp", "page.crdownload",
        ".page.txt.swp",
    ):  # fmt: skip
        writer.write(f"ignored/{name}", IGNORED, writer.page())
    writer.write(".daftarignore", IGNORED, "# drafts stay out\n*.draft\n/ignored/outbox/\n")
    writer.write("ignored/story.draft", IGNORED, writer.page())
    writer.write("ignored/outbox/story.txt", IGNORED, writer.page())


def _write_twice(writer: _Writer) -> None:
    page = writer.page(ARABIC)
    writer.write("twice/1.txt", INDEXED, page)
    for name, content in {
        "2 the same.txt": page.encode(),
        "3 with mark.txt": page.encode("utf-8-sig"),
        "4 UTF-16.txt": page.encode("utf-16"),
        "5 decomposed.txt": unicodedata.normalize("NFD", page).encode(),
        "6 Windows line ends.txt": page.replace("\n", "\r\n").encode(),
        "7 windows-1256.txt": page.encode("cp1256"),
        "8 mojibake.txt": _decode_as_browsers(page.encode()).encode(),
    }.items():
        writer.write(f"twice/{name}", DUPLICATE, content)
