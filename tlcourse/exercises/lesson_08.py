"""Exercises of lesson 08, transfer for texts."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


def _idf(counts):
    return np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))) + 1


@exercise(
    "08.1",
    hints=(
        "`counts > 0` says which text has which word; what is its sum over the texts, `axis=0`?",
        "The bracket has one plus the number of texts above, and one plus the texts with the word below.",
        "`return np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))) + 1`",
    ),
    mistakes=(
        Mistake(
            lambda c: np.log((1 + len(c)) / (1 + c.sum(axis=0))) + 1,
            "That counts how often the word occurs; asked for is in how many *texts* it occurs.",
        ),
        Mistake(
            lambda c: np.log((1 + len(c)) / (1 + (c > 0).sum(axis=0))),
            "The 1 that is added at the end is missing: a word that all texts have would count for nothing.",
        ),
        Mistake(
            lambda c: np.log((1 + c.shape[1]) / (1 + (c > 0).sum(axis=0))) + 1,
            "The number above is that of texts, `len(counts)`, not that of words.",
        ),
        Mistake(
            lambda c: np.log((1 + (c > 0).sum(axis=0)) / (1 + len(c))) + 1,
            "Upside down: so the commonest word would count most.",
        ),
        Mistake(
            lambda c: np.log(len(c) / np.maximum((c > 0).sum(axis=0), 1e-9)) + 1,
            "The formula adds 1 to the number of texts, and 1 to that of texts with the word: a word that no "
            "text has would divide by nought.",
        ),
        Mistake(
            lambda c: np.log((1 + len(c)) / (1 + (c > 0).sum(axis=1))) + 1,
            "That counts along the rows, how many words a text has: the sum over the texts is `axis=0`.",
        ),
        Mistake(
            lambda c: (c > 0) * (1 + np.log(np.maximum(c, 1))) * _idf(c),
            "That is the whole of TF-IDF; asked for is its second bracket alone, one number a word.",
        ),
    ),
    moral="Nothing in it needs a label, so all texts there are may take part.",
)
def inverse_document_frequency(answer):
    """Write the IDF of each word: an array of counts (texts, words) in, one number a word out."""
    rng = np.random.default_rng(0)
    tables = [rng.poisson(rate, size) for rate, size in ((1.0, (5, 4)), (0.4, (9, 6)), (2.0, (3, 7)))]
    return compare(answer, _idf, on=tables, mistakes=inverse_document_frequency.mistakes)


def _mean(words, vectors):
    found = [vectors[word] for word in words if word in vectors]
    return np.mean(found, axis=0) if found else None


@exercise(
    "08.2",
    hints=(
        "Which words of the text can take part at all?",
        "`word in vectors` asks whether a dictionary has a word; divide by how many have one.",
        "`return np.mean([vectors[word] for word in text_words if word in vectors], axis=0)`",
    ),
    mistakes=(
        Mistake(
            lambda words, vectors: np.sum([vectors[w] for w in words if w in vectors], axis=0),
            "That is their sum; the mean does not grow with the length of the text.",
        ),
        Mistake(
            lambda words, vectors: np.sum([vectors[w] for w in words if w in vectors], axis=0) / len(words),
            "Divide by the words that have a vector: those without would pull the mean towards nought.",
        ),
        Mistake(
            lambda words, vectors: np.mean([vectors[w] for w in set(words) if w in vectors], axis=0),
            "A word that stands there twice counts twice.",
        ),
        Mistake(
            lambda words, vectors: np.mean([vectors[w] for w in words if w in vectors]),
            "That averages over the numbers too and leaves a single one: the axis is missing.",
        ),
        Mistake(
            lambda words, vectors: np.mean([vectors[w] for w in words if w in vectors], axis=1),
            "That is one mean a word; asked for is one vector: average over the words, which are axis 0.",
        ),
        Mistake(
            lambda words, vectors: [vectors[w] for w in words if w in vectors],
            "Those are the vectors of the known words; asked for is their mean.",
        ),
    ),
)
def document_vector(answer):
    """Write the mean of the vectors of those words that have one."""
    rng = np.random.default_rng(1)
    vectors = {word: rng.normal(size=3) for word in ("orbit", "goal", "price", "the")}
    texts = [
        ["the", "orbit", "the", "xyzzy"],
        ["price", "goal", "qqq", "qqq", "goal"],
        ["orbit", "the", "zz"],
    ]
    return compare(answer, _mean, on=[(text, vectors) for text in texts], mistakes=document_vector.mistakes)


def _macro(said, labels):
    return np.mean([(said[labels == c] == c).mean() for c in np.unique(labels)])


@exercise(
    "08.3",
    hints=(
        "For one class: of the texts that belong to it, which share was named so?",
        "`(said[labels == c] == c).mean()` is the recall of class c; average it over `np.unique(labels)`.",
        "`return np.mean([(said[labels == c] == c).mean() for c in np.unique(labels)])`",
    ),
    mistakes=(
        Mistake(
            lambda said, labels: (said == labels).mean(),
            "That is the accuracy: a common class has more say in it than a rare one.",
        ),
        Mistake(
            lambda said, labels: np.mean(
                [(labels[said == c] == c).mean() if (said == c).any() else 0.0 for c in np.unique(labels)]
            ),
            "That is the precision: of the texts *named* c, how many are. Recall asks about the texts that "
            "*are* c.",
        ),
        Mistake(
            lambda said, labels: np.min([(said[labels == c] == c).mean() for c in np.unique(labels)]),
            "That is the recall of the worst class; asked for is the mean over classes.",
        ),
        Mistake(
            lambda said, labels: np.sum([(said[labels == c] == c).mean() for c in np.unique(labels)]),
            "That is the sum over classes; divide by their number.",
        ),
        Mistake(
            lambda said, labels: [(said[labels == c] == c).mean() for c in np.unique(labels)],
            "Those are the recalls of all classes; asked for is their mean.",
        ),
        Mistake(
            lambda said, labels: np.mean([((said == c) & (labels == c)).mean() for c in np.unique(labels)]),
            "Divide by the texts of the class, not by all texts.",
        ),
        Mistake(
            lambda said, labels: np.mean([(said[labels == c] == c).mean() for c in np.unique(said)]),
            "A class that was never said drops out so, but its recall is 0 and counts: go through the "
            "classes of the *labels*.",
        ),
    ),
    moral="Always naming one class gets one divided by the number of classes, however common that one is.",
)
def macro_recall(answer):
    """Write macro recall: what was said and the labels in, the mean of the classes' recalls out."""
    rng = np.random.default_rng(2)
    inputs = []
    for sizes in ((30, 5, 5), (12, 4, 20), (50, 9, 2)):
        labels = np.repeat(range(3), sizes)
        said = np.where(rng.random(len(labels)) < 0.6, labels, rng.integers(0, 3, len(labels)))
        inputs.append((said, labels))
    # Class 2 is never said.
    inputs.append((np.array([0, 0, 1, 1, 0, 1]), np.array([0, 0, 0, 1, 2, 2])))
    return compare(answer, _macro, on=inputs, mistakes=macro_recall.mistakes)


def _crossing(shots, a, b):
    for shot, first, second in zip(shots, a, b, strict=True):
        if second > first:
            return shot
    return None


@exercise(
    "08.4",
    hints=(
        "Go through the three lists side by side: `zip(shots, a, b)`.",
        "Return the first number of shots at which b is above a; if there is none, None.",
        "`return next((s for s, x, y in zip(shots, a, b) if y > x), None)`",
    ),
    mistakes=(
        Mistake(
            lambda shots, a, b: next((s for s, x, y in zip(shots, a, b, strict=True) if x > y), None),
            "That is where a is ahead; asked for is where b overtakes it.",
        ),
        Mistake(
            lambda shots, a, b: next((i for i, (x, y) in enumerate(zip(a, b, strict=True)) if y > x), None),
            "That is the position in the list; asked for is the number of shots.",
        ),
        Mistake(
            lambda shots, a, b: ([s for s, x, y in zip(shots, a, b, strict=True) if y > x] or [None])[-1],
            "That is the last place where b is ahead; asked for is the first.",
        ),
        Mistake(
            lambda shots, a, b: next((s for s, x, y in zip(shots, a, b, strict=True) if y >= x), None),
            "A tie is no overtaking: b must be above a.",
        ),
        Mistake(
            lambda shots, a, b: shots[int(np.argmax(np.array(b) > np.array(a)))],
            "Where b is nowhere above a, the answer is None; `argmax` of nothing but False is 0.",
        ),
        Mistake(
            lambda shots, a, b: next(
                (s for i, s in enumerate(shots) if i and b[i] > a[i] and b[i - 1] <= a[i - 1]), None
            ),
            "Where b is ahead from the start, the answer is the first number of shots.",
        ),
    ),
)
def overtaken_at(answer):
    """Write a function that finds the first number of shots at which curve b is above curve a."""
    shots = [1, 3, 10, 30]
    inputs = [
        (shots, [0.3, 0.4, 0.5, 0.6], [0.2, 0.4, 0.6, 0.8]),
        (shots, [0.3, 0.4, 0.5, 0.6], [0.1, 0.2, 0.3, 0.4]),
        ([2, 5, 9], [0.3, 0.4, 0.9], [0.2, 0.5, 0.95]),
        ([1, 10, 100], [0.4, 0.5, 0.6], [0.5, 0.7, 0.8]),
    ]
    return compare(answer, _crossing, on=inputs, mistakes=overtaken_at.mistakes)
