"""Whether words lean towards one of two sets of others: the word-embedding association test (WEAT)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.words.errors import UnknownVectors
from tlcourse.words.search import normalised

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

# Fewer ways than this to divide the targets are all gone through, which makes the p-value exact.
_DIVISIONS = 20_000

_MATHS = "math algebra geometry calculus equations computation numbers addition"
_ARTS = "poetry art dance literature novel symphony drama sculpture"
_FLOWERS = (
    "aster clover hyacinth marigold poppy azalea crocus iris orchid rose bluebell daffodil lilac pansy tulip "
    "buttercup daisy lily peony violet carnation gladiola magnolia petunia zinnia"
)
_INSECTS = (
    "ant caterpillar flea locust spider bedbug centipede fly maggot tarantula bee cockroach gnat mosquito "
    "termite beetle cricket hornet moth wasp blackfly dragonfly horsefly roach weevil"
)
_PLEASANT = (
    "caress freedom health love peace cheer friend heaven loyal pleasure diamond gentle honest lucky rainbow "
    "diploma gift honor miracle sunrise family happy laughter paradise vacation"
)
_UNPLEASANT = (
    "abuse crash filth murder sickness accident death grief poison stink assault disaster hatred pollute "
    "tragedy divorce jail poverty ugly cancer kill rotten vomit agony prison"
)

ASSOCIATION_TESTS = {
    name: tuple(tuple(part.split()) for part in parts)
    for name, parts in {
        "flowers, insects: pleasant, unpleasant": (_FLOWERS, _INSECTS, _PLEASANT, _UNPLEASANT),
        "men's, women's names: career, family": (
            "john paul mike kevin steve greg jeff bill",
            "amy joan lisa sarah diana kate ann donna",
            "executive management professional corporation salary office business career",
            "home parents children family cousins marriage wedding relatives",
        ),
        "mathematics, arts: male, female": (
            _MATHS,
            _ARTS,
            "male man boy brother he him his son",
            "female woman girl sister she her hers daughter",
        ),
        "science, arts: male, female": (
            "science technology physics chemistry einstein nasa experiment astronomy",
            "poetry art shakespeare dance literature novel symphony drama",
            "brother father uncle grandfather son he his him",
            "sister mother aunt grandmother daughter she hers her",
        ),
    }.items()
}
"""Word lists of tests 1, 6, 7 and 8 of Caliskan, Bryson and Narayanan (Science, 2017), in lower case."""


@dataclasses.dataclass(frozen=True, repr=False)
class Association:
    """What `association` found.

    Attributes
    ----------
    effect : float
        How many standard deviations lie between the two sets of targets, from -2 to 2.
    low, high : float
        Its 95% interval, by drawing the target words again.
    p : float
        How often a random division of the targets into two sets separates them at least as much.
    covered, asked : int
        Words, of all four sets, that have vectors, and all.
    """

    effect: float
    low: float
    high: float
    p: float
    covered: int
    asked: int

    def __repr__(self) -> str:
        effect = f"d = {self.effect:.2f} [{self.low:.2f}, {self.high:.2f}]"
        # A p-value of nought only means that none of the divisions that were tried went so far.
        p = f"p = {self.p:.4f}" if self.p >= 1e-4 else "p < 0.0001"
        return f"{effect}, {p}, {self.covered} of {self.asked} words"


def association(
    vectors: KeyedVectors,
    x: Sequence[str],
    y: Sequence[str],
    a: Sequence[str],
    b: Sequence[str],
    seed: int = 0,
) -> Association:
    """Test whether the words `x`, more than the words `y`, lean towards the words `a` rather than `b`.

    A word leans by its mean cosine with `a` less its mean cosine with `b`. The effect is the difference of
    the two sets' mean leanings, in standard deviations of all of them.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    x, y : sequence of str
        The targets.
    a, b : sequence of str
        The attributes. Words without a vector are passed over, in all four.
    seed : int
        Of the random draws.

    Returns
    -------
    Association

    Raises
    ------
    UnknownVectors
        If one of the four has fewer than two words with vectors.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> toy = KeyedVectors(2)
    >>> numbers = [[1, 0], [9, 1], [8, 1], [0, 1], [1, 9], [1, 8]]
    >>> toy.add_vectors(["sun", "warm", "hot", "ice", "cold", "cool"], np.array(numbers, np.float32))
    >>> found = association(toy, ["warm", "hot"], ["cold", "cool"], ["sun", "hot"], ["ice", "cold"])
    >>> round(found.effect, 1), found.covered
    (1.7, 8)
    """
    from scipy.stats import bootstrap, permutation_test

    sets = [[word for word in words if word in vectors.key_to_index] for words in (x, y, a, b)]
    for name, words in zip("xyab", sets, strict=True):
        if len(words) < 2:
            raise UnknownVectors(f"{len(words)} words of {name} have vectors; at least two are needed.")
    unit = [normalised(vectors[words]).astype(np.float64) for words in sets]
    leanings = [targets @ unit[2].mean(axis=0) - targets @ unit[3].mean(axis=0) for targets in unit[:2]]

    def difference(x, y, axis=-1):
        return x.mean(axis=axis) - y.mean(axis=axis)

    def effect(x, y, axis=-1):
        return difference(x, y, axis) / np.concatenate([x, y], axis=axis).std(axis=axis, ddof=1)

    p = permutation_test(
        leanings,
        difference,
        vectorized=True,
        n_resamples=_DIVISIONS,
        alternative="greater",
        rng=np.random.default_rng(seed),
    ).pvalue
    ends = bootstrap(
        leanings,
        effect,
        vectorized=True,
        n_resamples=2_000,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    asked = sum(map(len, (x, y, a, b)))
    covered = sum(map(len, sets))
    return Association(float(effect(*leanings)), float(ends.low), float(ends.high), float(p), covered, asked)
