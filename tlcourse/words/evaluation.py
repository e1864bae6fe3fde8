"""How good word vectors are: the three tests of the literature, which gensim carries, in seconds."""

from __future__ import annotations

import dataclasses
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.words.errors import UnknownVectors
from tlcourse.words.search import nearest, normalised

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

# As in gensim: five candidates beside the question's own three words, the first that is none of these counts.
_CANDIDATES = 5
_RULES = ("offset", "offset, nothing excluded", "third word")


@dataclasses.dataclass(frozen=True)
class Analogies:
    """One section of the analogy test ("Athens is to Greece as Baghdad is to …").

    Attributes
    ----------
    section : str
    correct, covered, asked : int
        Questions answered rightly, those whose four words have vectors, and all.
    right, known : numpy.ndarray
        bool, shape ``(asked,)``: the same, question by question.
    pairs : numpy.ndarray
        int64, shape ``(asked, 2)``: which two pairs of words a question is made of, as numbers that stay the
        same whichever vectors are tested. Questions of one pair are not independent of each other.
    """

    section: str
    correct: int
    covered: int
    asked: int
    right: np.ndarray = dataclasses.field(repr=False, compare=False)
    known: np.ndarray = dataclasses.field(repr=False, compare=False)
    pairs: np.ndarray = dataclasses.field(repr=False, compare=False)

    @property
    def accuracy(self) -> float:
        """The share of right answers among the questions whose four words have vectors."""
        return self.correct / self.covered if self.covered else float("nan")


@dataclasses.dataclass(frozen=True)
class Similarity:
    """How the cosines of pairs of words agree with people's judgements, as Spearman's rank correlation.

    `cosines` and `judgements` hold both for each pair that is covered.
    """

    name: str
    correlation: float
    covered: int
    asked: int
    cosines: np.ndarray = dataclasses.field(repr=False, compare=False)
    judgements: np.ndarray = dataclasses.field(repr=False, compare=False)


@dataclasses.dataclass(frozen=True, repr=False)
class Evaluation:
    """What `evaluate` found.

    Attributes
    ----------
    sections : tuple of Analogies
    wordsim, simlex : Similarity
        WordSim-353, in which related words (coffee, cup) count as similar, and SimLex-999, in which they do
        not.
    """

    sections: tuple[Analogies, ...]
    wordsim: Similarity
    simlex: Similarity

    @property
    def analogies(self) -> Analogies:
        """All sections together."""
        totals = [sum(getattr(s, name) for s in self.sections) for name in ("correct", "covered", "asked")]
        each = [
            np.concatenate([getattr(s, name) for s in self.sections]) for name in ("right", "known", "pairs")
        ]
        return Analogies("Google analogies", *totals, *each)

    def _rows(self) -> list[tuple[str, str, str]]:
        tests = [(part.section, f"{part.accuracy:.1%}", part) for part in (self.analogies, *self.sections)]
        tests[1:1] = [(part.name, f"ρ {part.correlation:.2f}", part) for part in (self.wordsim, self.simlex)]
        return [(name, score, f"{part.covered:,} of {part.asked:,}") for name, score, part in tests]

    def __repr__(self) -> str:
        rows = [("test", "score", "covered"), *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(f"{a:{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escape(a)}</th><td>{b}</td><td>{c}</td></tr>' for a, b, c in self._rows()
        )
        return f"<table><tr><th>test</th><th>score</th><th>covered</th></tr>{rows}</table>"


def evaluate(vectors: KeyedVectors, vocabulary: int = 300_000, rule: str = "offset") -> Evaluation:
    """Put word vectors to the Google analogy test, WordSim-353 and SimLex-999.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    vocabulary : int
        Only so many words, the most frequent, are used; 300,000 as in gensim, whose answers are the same.
    rule : {"offset", "offset, nothing excluded", "third word"}
        How "a is to b as c is to …" is answered. ``"offset"``: with the word nearest to b - a + c that is
        none of the three, as everybody does. The others are controls: the nearest word even if it is one of
        the three; or the nearest to c, as if the first pair had not been given.

    Returns
    -------
    Evaluation
        Scores with coverage: questions with a word that has no vector do not count.

    Raises
    ------
    UnknownVectors
        If `rule` is none of these.

    Examples
    --------
    >>> evaluate(load_vectors("glove-6b-50d")).analogies.accuracy  # doctest: +SKIP
    0.464
    """
    from gensim.test.utils import datapath

    if rule not in _RULES:
        raise UnknownVectors(f"The rule is {rule!r}.{suggest(str(rule), _RULES)}")
    words = vectors.index_to_key[:vocabulary]
    # Letters' case does not count; of spellings that differ in it, the most frequent has the number.
    number = {word.upper(): index for index, word in reversed([*enumerate(words)])}
    unit = normalised(vectors.vectors[: len(words)])
    return Evaluation(
        _analogies(datapath("questions-words.txt"), words, number, unit, rule),
        _similarity("WordSim-353", datapath("wordsim353.tsv"), number, unit),
        _similarity("SimLex-999", datapath("simlex999.txt"), number, unit),
    )


def _analogies(
    path: str, words: list[str], number: dict[str, int], unit: np.ndarray, rule: str = "offset"
) -> tuple[Analogies, ...]:
    sections: dict[str, list[list[int]]] = {}
    numbers: dict[tuple[str, str], int] = {}
    made_of: list[list[int]] = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith(": "):
                questions = sections.setdefault(line[2:].strip(), [])
            else:
                a, b, c, d = line.upper().split()
                questions.append([number.get(word, -1) for word in (a, b, c, d)])
                made_of.append([numbers.setdefault(pair, len(numbers)) for pair in ((a, b), (c, d))])
    every = np.array([question for questions in sections.values() for question in questions])
    covered = (every >= 0).all(axis=1)
    a, b, c, expected = every[covered].T
    target = unit[b] - unit[a] + unit[c]
    again = np.arange(len(c))
    if rule == "third word":
        # Many questions have the same one.
        distinct, again = np.unique(c, return_inverse=True)
        target = unit[distinct]
    candidates = nearest(unit, normalised(target), _CANDIDATES + 3)[0][again]
    same = np.array([number[word.upper()] for word in words])
    excluded = np.stack([a, b, c], axis=1) if rule != "offset, nothing excluded" else np.full((len(a), 1), -1)
    correct = np.zeros(len(every), bool)
    correct[covered] = _answers(candidates, excluded, same) == expected
    ends = np.cumsum([len(questions) for questions in sections.values()])[:-1]
    parts = [np.split(each, ends) for each in (correct, covered, np.array(made_of))]
    return tuple(
        Analogies(name, int(right.sum()), int(known.sum()), len(right), right, known, pairs)
        for name, right, known, pairs in zip(sections, *parts, strict=True)
    )


def _answers(candidates: np.ndarray, given: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Return the first of each row of candidates that is no spelling of a given word, or -1."""
    # gensim drops the given words themselves first, and of what is left looks at five.
    themselves = (candidates[:, :, None] == given[:, None, :]).any(axis=2)
    looked_at = ~themselves & (np.cumsum(~themselves, axis=1) <= _CANDIDATES)
    usable = looked_at & ~(same[candidates][:, :, None] == given[:, None, :]).any(axis=2)
    first = usable.argmax(axis=1)
    return np.where(usable.any(axis=1), same[candidates[np.arange(len(first)), first]], -1)


def _similarity(name: str, path: str, number: dict[str, int], unit: np.ndarray) -> Similarity:
    from scipy.stats import spearmanr

    with open(path, encoding="utf-8") as file:
        rows = [line.strip().upper().split("\t") for line in file if not line.startswith("#")]
    known = [(number[a], number[b], float(score)) for a, b, score in rows if a in number and b in number]
    first, second, scores = np.array(known).reshape(-1, 3).T
    cosines = np.einsum("ij,ij->i", unit[first.astype(int)], unit[second.astype(int)])
    correlation = float(spearmanr(cosines, scores).statistic) if len(known) > 1 else float("nan")
    return Similarity(name, correlation, len(known), len(rows), cosines, scores)
