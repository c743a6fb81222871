"""Candidates and references with many ways for METEOR to match, tokenised."""

import random

_WORDS = (
    "the a of in on and with to is 's ' - dog dogs hound hounds cad doggy cat cats run runs running ran walk walked "
    "quick quickly fast rapidly picture photo photos image photograph child children kid kids man men woman women "
    "wearing wears wore red crimson big large larger biggest small little am a.m. u.s. us usa no. 5 five 1,000 "
    "t-shirt well-known and/or 10:45 -lrb- -rrb- caf\u00e9 \u65e5\u672c\u8a9e \u2019s it's don't o'clock mr. mice "
    "in front of next to a lot of at the moment right now at present in order to be able to in spite of despite"
)
WORDS = _WORDS.split()


def _make_pairs(count: int, seed: int) -> tuple[list[str], list[list[str]]]:
    """Pairs with many ways to match: few distinct words, long and short, one or several references."""
    draw = random.Random(seed)
    candidates, references = [], []
    for _ in range(count):
        words = draw.sample(WORDS, draw.choice([3, 6, 12, 60]))
        longest = draw.choice([4, 12, 12, 40])
        texts = [" ".join(draw.choices(words, k=draw.randint(0, longest))) for _ in range(draw.choice([2, 2, 2, 4]))]
        if draw.random() < 0.4:
            changed = texts[1].split()
            draw.shuffle(changed)
            texts[0] = " ".join(changed[: draw.randint(0, len(changed))])
        candidates.append(texts[0])
        references.append(texts[1:])
    return candidates, references


def crowded_pairs() -> tuple[list[str], list[list[str]]]:
    """A few thousand candidates, and the references of each."""
    candidates, references = _make_pairs(3_000, 0)
    candidates += ["dog " * 150, "the a " * 60, "dogs hound cad " * 30, "a b c", "", "", "a|||b", "v1 k0"]
    references += [
        ["dog " * 120],
        ["a the " * 70],
        ["hound dog " * 40],
        ["a b c", "a b c"],
        [""],
        ["a"],
        ["ab", "a"],
        ["go to x in"],
    ]
    return candidates, references
