"""Exercises of lesson 07, word vectors."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


def _cosine(a, b):
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


@exercise(
    "07.1",
    hints=(
        "It is the product of the two vectors, made independent of how long they are.",
        "`a @ b` is the product, and `np.linalg.norm(a)` is the length of a.",
        "`return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))`",
    ),
    mistakes=(
        Mistake(lambda a, b: a @ b, "That grows with the vectors' lengths: divide by both of them."),
        Mistake(
            lambda a, b: a @ b / np.linalg.norm(a) * np.linalg.norm(b),
            "Division and multiplication go from left to right: put the product of the lengths in brackets.",
        ),
        Mistake(lambda a, b: a @ b / np.linalg.norm(a), "Divide by the length of b as well."),
        Mistake(lambda a, b: a @ b / np.linalg.norm(b), "Divide by the length of a as well."),
        Mistake(
            lambda a, b: a @ b / (a @ a * (b @ b)),
            "`a @ a` is the *square* of the length of a: take its root.",
        ),
        Mistake(
            lambda a, b: 1 - _cosine(a, b),
            "That is the cosine *distance*, which is nought for the same direction.",
        ),
        Mistake(
            lambda a, b: np.linalg.norm(a - b),
            "That is the distance between the two points; the cosine looks at their directions only.",
        ),
        Mistake(
            lambda a, b: np.arccos(_cosine(a, b)), "That is the angle; asked for is the cosine of the angle."
        ),
    ),
)
def cosine(answer):
    """Write the cosine of two vectors."""
    rng = np.random.default_rng(0)
    inputs = [(rng.normal(size=n), 3 * rng.normal(size=n)) for n in (2, 5, 50)]
    return compare(answer, _cosine, on=inputs, mistakes=cosine.mistakes)


def _nearest(vectors, target, excluded):
    return max((word for word in vectors if word not in excluded), key=lambda word: vectors[word] @ target)


_WORDS = (
    "man",
    "woman",
    "king",
    "queen",
    "boy",
    "girl",
    "prince",
    "crown",
    "throne",
    "river",
    "bank",
    "tree",
)


def _toy(seed):
    """Return the words in random directions, among which each wrong rule soon gives a wrong answer."""
    points = np.random.default_rng(seed).normal(size=(len(_WORDS), 4))
    return {word: point / np.linalg.norm(point) for word, point in zip(_WORDS, points, strict=True)}


@exercise(
    "07.2",
    hints=(
        "Make the target first: `vectors[b] - vectors[a] + vectors[c]`.",
        "The words' vectors have length one, so the largest `vectors[word] @ target` is the largest cosine.",
        "`max(others, key=lambda word: vectors[word] @ target)`, where others are all words but a, b and c.",
    ),
    mistakes=(
        Mistake(
            lambda v, a, b, c: _nearest(v, v[b] - v[a] + v[c], ()),
            "That is a word of the question itself: a, b and c do not count as answers.",
        ),
        Mistake(
            lambda v, a, b, c: _nearest(v, v[b] - v[a] + v[c], (c,)),
            "a and b do not count as answers either.",
        ),
        Mistake(
            lambda v, a, b, c: _nearest(v, v[a] - v[b] + v[c], (a, b, c)),
            "You walk from b to a; the way that is asked for leads from a to b.",
        ),
        Mistake(
            lambda v, a, b, c: _nearest(v, v[a] + v[b] + v[c], (a, b, c)), "The vector of a is subtracted."
        ),
        Mistake(
            lambda v, a, b, c: _nearest(v, v[c], (a, b, c)),
            "That is the nearest neighbour of c: the step from a to b is missing.",
        ),
        Mistake(
            lambda v, a, b, c: _nearest(v, -(v[b] - v[a] + v[c]), (a, b, c)),
            "That is the word farthest away: take the *largest* cosine.",
        ),
        Mistake(
            lambda v, a, b, c: v[_nearest(v, v[b] - v[a] + v[c], (a, b, c))],
            "That is its vector; asked for is the word.",
        ),
        Mistake(
            lambda v, a, b, c: [_nearest(v, v[b] - v[a] + v[c], (a, b, c))],
            "The word is right; return it by itself, not in a list.",
        ),
    ),
)
def answer_analogy(answer):
    """Write a function that answers "a is to b as c is to …" from a dictionary of vectors of length one."""
    inputs = [
        (_toy(0), "man", "woman", "king"),
        (_toy(1), "man", "king", "woman"),
        (_toy(2), "woman", "man", "queen"),
        (_toy(3), "boy", "girl", "prince"),
    ]
    return compare(
        answer,
        lambda v, a, b, c: _nearest(v, v[b] - v[a] + v[c], (a, b, c)),
        on=inputs,
        mistakes=answer_analogy.mistakes,
    )


def _ngrams(word, shortest=3, longest=6):
    marked = f"<{word}>"
    return {marked[i : i + n] for n in range(shortest, longest + 1) for i in range(len(marked) - n + 1)}


def _bare(word, shortest, longest, extra=1):
    return {word[i : i + n] for n in range(shortest, longest + 1) for i in range(len(word) - n + extra)}


@exercise(
    "07.3",
    hints=(
        "First put the marks on: `marked = f'<{word}>'`.",
        "A piece of n characters that begins at i is `marked[i : i + n]`; where may the last one begin?",
        "`{marked[i : i + n] for n in range(shortest, longest + 1) for i in range(len(marked) - n + 1)}`",
    ),
    mistakes=(
        Mistake(
            lambda w, s, n: _bare(w, s, n),
            "The marks `<` and `>` are missing: they tell `<her` in *hers* from `her` in *where*.",
        ),
        Mistake(
            lambda w, s, n: _ngrams(w, s, n - 1),
            "`range` stops before its end: pieces of `longest` count too.",
        ),
        Mistake(
            lambda w, s, n: _bare(f"<{w}>", s, n, extra=0),
            "The last piece of each length is missing: the last start is `len(marked) - n`.",
        ),
        Mistake(
            lambda w, s, n: _ngrams(w, s, s), "Those are the shortest pieces only: go on up to `longest`."
        ),
        Mistake(lambda w, s, n: _ngrams(w, n, n), "Those are the longest pieces only: begin at `shortest`."),
        Mistake(
            lambda w, s, n: {f"<{w}>"[i : i + k] for k in range(s, n + 1) for i in range(len(w) + 2)},
            "Some pieces are too short: a piece of n characters must not begin where fewer than n are left.",
        ),
        Mistake(
            lambda w, s, n: sorted(_ngrams(w, s, n)),
            "The pieces are right; return them as a set, not a list.",
        ),
        Mistake(
            lambda w, s, n: _ngrams(w, s, n) | {f"<{w}>"},
            "The word as a whole is not among its n-grams, unless it is short enough; FastText adds it "
            "separately.",
        ),
    ),
    moral="A piece may occur twice in a word; FastText itself then counts it twice.",
)
def ngrams(answer):
    """Write a function that cuts a word into the set of its n-grams as FastText does."""
    inputs = [("where", 3, 6), ("banana", 2, 4), ("of", 3, 6), ("transferring", 3, 6)]
    return compare(answer, _ngrams, on=inputs, mistakes=ngrams.mistakes)


def _coverage(text, known):
    return sum(word in known for word in text) / len(text), len(set(text) & known) / len(set(text))


@exercise(
    "07.4",
    hints=(
        "`word in known` says whether a word is known, and `set(text)` are the text's different words.",
        "First: known occurrences over all occurrences. Second: known different words over all of them.",
        "`sum(word in known for word in text) / len(text), len(set(text) & known) / len(set(text))`",
    ),
    mistakes=(
        Mistake(
            lambda text, known: _coverage(text, known)[::-1],
            "The two are the other way round: running words first, then different words.",
        ),
        Mistake(
            lambda text, known: (_coverage(text, known)[0], len(set(text) & known) / len(known)),
            "Divide by the different words of the *text*: how many the table has besides does not matter.",
        ),
        Mistake(
            lambda text, known: (_coverage(text, known)[1],) * 2,
            "The first share counts each occurrence: a word that is there three times counts three times.",
        ),
        Mistake(
            lambda text, known: (_coverage(text, known)[0],) * 2,
            "The second share counts each different word once: `set(text)`.",
        ),
        Mistake(
            lambda text, known: tuple(1 - share for share in _coverage(text, known)),
            "Those are the shares that are *not* known.",
        ),
        Mistake(
            lambda text, known: (sum(word in known for word in text), len(set(text) & known)),
            "Those are counts; divide each by what it is a share of.",
        ),
        Mistake(
            lambda text, known: tuple(100 * share for share in _coverage(text, known)),
            "Those are percentages; return shares between nought and one.",
        ),
    ),
    moral="The first is usually much higher: the words a table does not know are rare ones. That may be just "
    "the words that matter, such as names.",
)
def coverage(answer):
    """Write a function that gives the shares of running and of different words that are known."""
    inputs = [
        (["the", "cat", "sat", "on", "the", "xylograph"], {"the", "cat", "on", "dog", "sun"}),
        (["a", "a", "a", "b", "c", "d"], {"a", "b", "z"}),
        (["one", "two", "three", "three"], {"three", "four", "five", "six", "seven"}),
    ]
    return compare(answer, _coverage, on=inputs, mistakes=coverage.mistakes)
