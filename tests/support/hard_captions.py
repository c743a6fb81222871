"""Captions that are hard to tokenise: texts of installed packages, made-up pieces of every kind, mutants of both."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence

from .automaton_walks import AutomatonWalks

__all__ = ["CaptionMaker"]

_WORDS = (
    "a the dog dogs man woman red white left right of on in and with near t-shirt x-ray old-fashioned I U TV NASA "
    "iPhone McDonald O'Brien cannot gonna gotta wanna gimme lemme can't don't won't isn't it's he's I'm you're "
    "they've we'll she'd 'tis 'twas y'all o'clock rock'n'roll dogs' '90s 'em ma'am c'mon d'you whatcha more'n "
    "cont'd fo'c'sle caf\xe9 na\xefve \xdcn\xefcode \u0391\u03a3\u03a3 \u039f\u0394\u039f\u03a3 \u6771\u4eac "
    "\ud55c\uae00 \u0627\u0644\u0639 \u0939\u093f\u0928\u094d\u0926\u0940 stra\xdfe \u0130stanbul \ufb01sh "
    "co\xadoperate"
)
_ABBREVIATIONS = (
    "Mr. Mrs. Dr. St. Ave. Blvd. Inc. Co. Corp. Ltd. etc. e.g. i.e. vs. a.m. p.m. A.M. U.S. U.K. U.S.A. U.N. Ph.D. "
    "Jan. Sept. Mon. Tues. No. no. Nos. Fig. fig. al. cf. Calif. Mass. Gen. Lt. Col. Sgt. Jr. Sr. Esq. Messrs. "
    "approx. dept. w/ w/o n/a c/o AT&T R&D B&W Q&A A. J. J.R.R. a. b. and/or he/she 24/7 S.p.A. a.k.a. Bros. "
    "Bancorp. Ft. ft. Mt. sq."
)
_AFTER_ABBREVIATIONS = 'The He It In This A But If We And To dog 5 U.S. ( " -- ; ,'
_NUMBERS = (
    "7 14 007 1990 12345 1,200 1,234,567.89 3.5 .5 -4 +4 1/2 3/4 1 1/2 3-1/2 3\u20441 10:45 10:45pm 2nd 21st 8-bit "
    "3x4 50% 50 % #1 No.5 +1-555-123-4567 (555) 123-4567 555.123.4567 1990s '90s 1990-95 2020-01-31 31/12/1999 "
    "6'2\" 5ft 1e10 0xff 3.10.0 2.x v1.2.3 1\xbd \xbd \xbc \u2153 \u2154 \xbe 10\xb0 20\xb0C 5\xd74 m\xb2 "
    "\u0663\u0664 H2O CO2"
)
_CURRENCY = (
    "$5 $1,200.50 US$5 C$5 $ 5 5$ \xa35 \u20ac6 \xa57 5\xa2 \u20a0 \xa4 \x80 $5m $5-10 A$ R$5 cents Fr.5 \u20b95 HK$4"
)
_ADDRESSES = (
    "http://example.org http://example.org/a?b=c&d=e#f https://x.co/~u/(v) www.example.com ftp://a.b.c/d "
    "example.com ex-ample.net/path a.io me@example.org <me@example.org> a.b+c@d-e.co.uk mailto:a@b.co file.txt "
    "/usr/local/bin C:\\x\\y.exe ../a/b.py ./run.sh user@host localhost:8080 192.168.0.1 @user #tag #2 "
    "http://[::1]/ javadoc.lang.String fritz!box"
)
_EMOTICONS = (
    ":) :-) :( :-( ;) :D :-D :P :-P :/ :-/ :| 8) =) =( >:( ^_^ -_- o_O <3 </3 :'( (: XD :3 \u263a \U0001f642 "
    "\U0001f469\u200d\U0001f4bb (-: B-) :o) *_* T_T"
)
_MARKUP = (
    '<b> </b> <br/> <a href="x"> <img src=\'x.png\' alt="a b"/> <!-- c --> <p class=x> &amp; &lt; &gt; &quot; '
    '&apos; &nbsp; &#39; &#x27; &eacute; &copy; &amp;amp; R&amp;D <3 < > << >> <?xml version="1"?> <!DOCTYPE '
    "html> [x] [[x]] {y} (z) `code` ``code`` **bold** _it_ ~~s~~ # h1 ```py |a|b| :class:`x` .. note:: %(x)s "
    "{0:>5} \\alpha \\n $x^2$ <foo bar"
)
_CODE = (
    "f(x) x=1 x==y a!=b a<=b ->int i++ --flag -f --foo=bar a[i] {'a':1} \"s\" 'c' x.y.z() self._x __init__ *args "
    "**kw a|b a&b a||b !x ~x a^b @dec; /*c*/ //c #c <<EOF >>> ... ..a a.. x:=1 lambda:0 %d%% \\\\ $HOME ${x} `ls` "
    "*NL* -LRB- -RRB- 1.0f 0b1 a?b:c"
)
_DASHES = (
    "- -- --- ---- \u2010 \u2011 \u2012 \u2013 \u2014 \u2015 \u2212 a-b a--b a---b a-b-c-d -a a- \xad a\u2013b "
    "a\u2014b 1\u20132 _ __ ___ ~ * ** *** = =="
)
_QUOTES = (
    "' '' \" ` `` \u2018 \u2019 \u201c \u201d \u201e \u201b \xab \xbb \u2039 \u203a \x91 \x92 \x93 \x94 \xb4 'a' "
    "\"a\" \u2018a\u2019 \u201ca\u201d ``a'' 's \u2019s n't n\u2019t it\u2019s don\u2019t &quot;a&quot; 'a \"a a' "
    'a"'
)
_STOPS = (
    ". , ; : ? ! ?! !!! ... .... . . . \u2026 .. ,, ;; :: \u3002 \u3001 \xb7 \u2022 | || ||| / // \\ & @ # % ^ + ( "
    ") [ ] { } \xa9 \u2122 \xa7"
)
_SPACES = ("  ", "\t", "\u00a0", "\u2003", "\u200b", "\u3000", "\n", "\r\n", "\u2028", "\x85", "\x1c", "\ufeff", "\x00")
_KINDS = (
    _WORDS,
    _WORDS,
    _WORDS,
    _ABBREVIATIONS,
    _ABBREVIATIONS + " " + _AFTER_ABBREVIATIONS,
    _NUMBERS,
    _CURRENCY,
    _ADDRESSES,
    _EMOTICONS,
    _MARKUP,
    _CODE,
    _DASHES,
    _QUOTES,
    _STOPS,
)
_RANGES = (
    (0x20, 0x7E),
    (0x20, 0x7E),
    (0x00, 0xFF),
    (0x100, 0x24F),
    (0x250, 0x5FF),
    (0x600, 0x1FFF),
    (0x2000, 0x2BFF),
    (0x2E80, 0xD7FF),
    (0xE000, 0xFFFF),
    (0x1F300, 0x1FAFF),
    (0x10000, 0x10FFFF),
)


class CaptionMaker:
    """Makes captions at random.

    Args:
        texts: texts to take words and runs of words from.
        seed: everything follows from it.
    """

    def __init__(self, texts: Sequence[str], seed: int) -> None:
        self.random = random.Random(seed)
        self.texts = texts
        self.walks = AutomatonWalks(seed)
        self.pieces = [kind.split(" ") for kind in _KINDS]
        self.makers: tuple[Callable[[], str], ...] = (
            self._passage,
            self._passage,
            self._mixture,
            self._mixture,
            self._characters,
        )
        self.changes: tuple[Callable[[str], str], ...] = (
            self._drop,
            self._double,
            self._insert,
            self._swap_case,
            self._join,
            self._exchange,
            self._attach,
        )

    def caption(self) -> str:
        """One caption of up to some 300 characters."""
        text = self.random.choice(self.makers)()
        while self.random.random() < 0.5:
            text = self.random.choice(self.changes)(text)
        return text

    def _passage(self) -> str:
        """Some words in a row of a text, or all of a short one."""
        words = self.random.choice(self.texts).split(" ")
        size = self.random.choice((1, 3, 8, 20, 60))
        start = self.random.randrange(max(1, len(words) - size + 1))
        return " ".join(words[start : start + size])[:300]

    def _mixture(self) -> str:
        return " ".join(self._piece() for _ in range(self.random.randint(1, 8)))

    def _piece(self) -> str:
        chance = self.random.random()
        if chance < 0.1:
            return self._random_word()
        if chance < 0.3:
            return self.walks.text()
        return self.random.choice(self.random.choice(self.pieces))

    def _random_word(self) -> str:
        letters = self.random.choice(
            (string.ascii_lowercase, string.ascii_letters, string.digits + ".,-/:", string.printable)
        )
        return "".join(self.random.choices(letters, k=self.random.randint(1, 9))) + self.random.choice(
            ("", "", ".", "'s", ",")
        )

    def _characters(self) -> str:
        ranges = self.random.sample(_RANGES, 2)
        return "".join(self._character(self.random.choice(ranges)) for _ in range(self.random.randint(1, 12)))

    def _character(self, limits: tuple[int, int]) -> str:
        return " " if self.random.random() < 0.15 else chr(self.random.randint(*limits))

    def _place(self, text: str) -> int:
        return self.random.randrange(len(text) + 1)

    def _drop(self, text: str) -> str:
        start = self._place(text)
        return text[:start] + text[start + self.random.randint(1, 3) :]

    def _double(self, text: str) -> str:
        place = self._place(text)
        return text[:place] + text[place : place + 1] + text[place:]

    def _insert(self, text: str) -> str:
        place = self._place(text)
        one = (
            self._character(self.random.choice(_RANGES)),
            self._piece(),
            self.random.choice(_SPACES),
            self.random.choice(string.punctuation),
        )
        return text[:place] + self.random.choice(one) + text[place:]

    def _swap_case(self, text: str) -> str:
        start, end = sorted((self._place(text), self._place(text)))
        return text[:start] + self.random.choice((str.upper, str.title, str.swapcase))(text[start:end]) + text[end:]

    def _join(self, text: str) -> str:
        """Without one of its spaces."""
        place = text.find(" ", self._place(text))
        return text if place < 0 else text[:place] + text[place + 1 :]

    def _exchange(self, text: str) -> str:
        """One space by what is nearly one."""
        place = text.find(" ", self._place(text))
        return (
            text
            if place < 0
            else text[:place] + self.random.choice((*_SPACES, "-", "/", ".", "'", ",")) + text[place + 1 :]
        )

    def _attach(self, text: str) -> str:
        return self.random.choice(
            (f"{text}{self._piece()}", f"{self._piece()}{text}", f"({text})", f'"{text}"', f"{text}.")
        )
