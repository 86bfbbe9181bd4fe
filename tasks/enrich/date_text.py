"""A folded text cut into tokens, each with its place and with what it may mean in a date."""

from itertools import accumulate
from typing import NamedTuple

from tasks.enrich.date_words import AND, MOST_PLAIN, NEWLINE, TOKEN, Meaning, load_vocabulary, read_word


def is_digits(word: str) -> bool:
    """Whether the word of a token is a number in digits; a token holds nothing beside them."""
    return "0" <= word[0] <= "9"


class Token(NamedTuple):
    """A piece of folded text with its place: a word, a run of digits, one sign, or a line's end."""

    word: str
    start: int
    end: int
    meaning: Meaning | None = None
    month_word: bool = False

    @property
    def begins(self) -> bool:
        """Whether a date may begin here."""
        return self.digits if self.meaning is None else self.meaning.begins

    def has(self, role: str) -> bool:
        """Whether the word has a role of `date_words.tsv`."""
        return self.meaning is not None and role in self.meaning.roles

    @property
    def digits(self) -> bool:
        """Whether the token is a number in digits."""
        return is_digits(self.word)


class Tokens:
    """The tokens of one folded text, in order.

    Most words of a text mean nothing in a date and are never asked for. So a token is made, and its place looked
    up, when somebody asks; `words` has the word of each, `meanings` what those mean that mean anything, `begins`
    the indices of those that a date may begin at.
    """

    def __init__(self, pieces: list[str]) -> None:
        """`pieces` is the text parted at its words, what stands between them included."""
        self.words: list[str] = []
        self.meanings: dict[int, Meaning] = {}
        self.begins: list[int] = []
        self.month_words: set[int] = set()
        self._pieces = pieces
        self._ends: list[int] = []
        self._sources: list[int] = []
        self._odd: dict[int, tuple[int, int, int]] = {}
        self._made: dict[int, Token] = {}

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, index: int) -> Token:
        token = self._made.get(index)
        if token is None:
            token = self._made[index] = self._make(index if index >= 0 else index + len(self.words))
        return token

    def _make(self, index: int) -> Token:
        if not self._ends:
            self._ends = list(accumulate(map(len, self._pieces)))
        source = self._sources[index]
        start, end = self._ends[2 * source], self._ends[2 * source + 1]
        if index in self._odd:
            last, cut, size = self._odd[index]
            start += cut
            end = start + size if size else self._ends[2 * last + 1]
        return Token(self.words[index], start, end, self.meanings.get(index), index in self.month_words)

    def add_words(self, words: list[str], start: int, end: int) -> None:
        """Add the words `start` to `end` of the text, each a token."""
        self.words += words[start:end]
        self._sources += range(start, end)

    def add_odd(self, word: str, source: int, last: int, cut: int = 0, size: int = 0) -> None:
        """Add a token made of the words `source` to `last`, without `cut` characters; with `size` it ends before."""
        self._odd[len(self.words)] = last, cut, size
        self.words.append(word)
        self._sources.append(source)


def tokenize(folded: str, language: str) -> Tokens:
    """Cut folded text into tokens with their meanings; phrases such as «كانون الثاني» become one token."""
    vocabulary = load_vocabulary(language)
    phrases, plain = vocabulary.phrases, vocabulary.plain
    pieces: list[str] = TOKEN.split(folded)
    raw = pieces[1::2]
    tokens = Tokens(pieces)
    done = following = 0
    for index in [index for index, word in enumerate(raw) if word not in plain]:
        if index < following:
            continue
        following = index + 1
        written = raw[index]
        word, meaning, cut, month_word = read_word(written, language)
        if word in phrases and (found := _find_phrase(raw, following, phrases[word])):
            following, meaning = found
            word = " ".join((word, *raw[index + 1 : following]))
        elif meaning is None and word == written and not (word in phrases or word == NEWLINE or is_digits(word)):
            if len(plain) < MOST_PLAIN:
                plain.add(word)
            continue
        place = len(tokens) + index - done
        if word != written:
            tokens.add_words(raw, done, index)
            done = following
            if cut and written[0] == AND:
                # The «و» that was written onto a date word is a token of its own.
                tokens.meanings[place] = vocabulary.words[AND]
                tokens.add_odd(AND, index, index, cut - 1, 1)
                place += 1
            tokens.add_odd(word, index, following - 1, cut)
        if meaning is not None:
            tokens.meanings[place] = meaning
            if month_word:
                tokens.month_words.add(place)
        if meaning.begins if meaning is not None else is_digits(word):
            tokens.begins.append(place)
    tokens.add_words(raw, done, len(raw))
    return tokens


def _find_phrase(
    raw: list[str], index: int, phrases: list[tuple[tuple[str, ...], Meaning]]
) -> tuple[int, Meaning] | None:
    for tail, meaning in phrases:
        end = index + len(tail)
        if end <= len(raw) and tuple(raw[index:end]) == tail:
            return end, meaning
    return None
