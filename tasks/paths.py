r"""Names of files as the ledger keeps them: any bytes, written as Unicode that can be read back.

A key is the path relative to the folder with `/` between its parts, as UTF-8; a byte that is not UTF-8 is
written `\xNN`, a backslash `\\`. Nothing is normalised: two names that only look alike are two keys. Code
point order of keys is the byte order of their UTF-8, so Python and Elasticsearch sort them alike. Parts are
written one by one (`encode_path(a + "/" + b) == encode_path(a) + "/" + encode_path(b)`); a walk is in key
order if it takes a folder's entries by their key, with `/` behind the key of a folder.
"""

import os
import re
import unicodedata
from typing import Final

from tasks.text.characters import ZWJ, ZWNJ

_ESCAPE: Final = re.compile(rb"\\(?:(\\)|x([0-9a-f]{2}))")

#: Categories that move the cursor, change the direction, break the line or take no room.
_UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

#: Joiners are part of ordinary Persian names and of emoji.
_SAFE: Final = frozenset({ZWNJ, ZWJ})


def encode_path(raw: bytes | str) -> str:
    r"""Return the ledger key of a relative path, as bytes or as Python decodes file names.

    Total on what the operating system can name. `encode_path("اخبار/۱.txt") == "اخبار/۱.txt"`,
    `encode_path(b"\xce\xd1.txt") == r"\xce\xd1.txt"`. Raises UnicodeEncodeError for a text with surrogates
    that stand for no byte.
    """
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogateescape")
    return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")


def decode_path(key: str) -> str:
    r"""Return the path that `encode_path` made `key` of, in the form that `open` takes.

    Raises ValueError for a text that is no key, such as one with a lone backslash.
    """
    if "\\" not in key:
        return os.fsdecode(key.encode("utf-8"))
    data = _ESCAPE.sub(lambda match: match[1] or bytes.fromhex(match[2].decode("ascii")), key.encode("utf-8"))
    if encode_path(data) != key:
        raise ValueError(f"not a ledger key: {key!a}")
    return os.fsdecode(data)


def display_path(key: str) -> str:
    r"""Return `key` fit for a terminal: controls, line breaks, bidi controls and zero-width signs escaped.

    Total. Different keys stay different: `display_path("خبر\n.txt") == r"خبر\x0a.txt"`, and a backslash of
    the name itself is doubled in its key already.
    """
    if key.isascii() and key.isprintable():
        return key
    return "".join(_escape(character) if _is_unsafe(character) else character for character in key)


def _is_unsafe(character: str) -> bool:
    return character not in _SAFE and unicodedata.category(character) in _UNSAFE_CATEGORIES


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
