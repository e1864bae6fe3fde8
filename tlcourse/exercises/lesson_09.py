"""Exercises of lesson 09, sentence encoders."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


def _cosines(query, texts):
    return texts @ query / (np.linalg.norm(texts, axis=1) * np.linalg.norm(query))


@exercise(
    "09.1",
    hints=(
        "The cosine is the product of two vectors divided by both their lengths.",
        "`texts @ query` gives all products at once, and `np.linalg.norm(texts, axis=1)` all lengths.",
        "`np.argsort` sorts upwards; `np.argsort(-cosine)` puts the highest first.",
    ),
    mistakes=(
        Mistake(
            lambda query, texts: np.argsort(-(texts @ query)),
            "That sorts by the plain product, or one divided by the same length for all, and favours long "
            "vectors: divide by each text's own length (`axis=1`).",
        ),
        Mistake(
            lambda query, texts: np.argsort(_cosines(query, texts)),
            "That puts the lowest cosine first: `np.argsort` sorts upwards.",
        ),
        Mistake(
            lambda query, texts: -np.sort(-_cosines(query, texts)),
            "Those are the cosines; asked for are the positions of the texts.",
        ),
        Mistake(
            lambda query, texts: np.sort(_cosines(query, texts)),
            "Those are the cosines, the lowest first; asked for are the texts' positions, the best first.",
        ),
        Mistake(
            lambda query, texts: np.argsort(np.linalg.norm(texts - query, axis=1)),
            "That sorts by distance, which gives the order of the cosines only between vectors of length 1.",
        ),
        Mistake(
            lambda query, texts: int(np.argmax(_cosines(query, texts))),
            "That is the best text alone; asked for are all, in order.",
        ),
    ),
)
def rank(answer):
    """Write a function that ranks texts by the cosine of their vectors with a query's."""
    rng = np.random.default_rng(0)
    inputs = [
        (rng.normal(size=d), rng.normal(size=(n, d)) * rng.uniform(0.2, 5, size=(n, 1)))
        for n, d in ((6, 3), (9, 4), (5, 2))
    ]
    return compare(
        answer,
        lambda query, texts: np.argsort(-_cosines(query, texts)),
        on=inputs,
        mistakes=rank.mistakes,
    )


def _masked_mean(states, mask):
    return (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)


def _unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@exercise(
    "09.2",
    hints=(
        "Padding must neither be added up nor counted.",
        "`mask[:, :, None]` has the shape (N, T, 1), and multiplies every number of a piece's vector.",
        "Divide the sum over the pieces by `mask.sum(axis=1, keepdims=True)`, their number in each text.",
    ),
    mistakes=(
        Mistake(
            lambda states, mask: states.mean(axis=1),
            "The padding is averaged too: a text's vector then depends on the longest text of its batch.",
        ),
        Mistake(
            lambda states, mask: (states * mask[:, :, None]).mean(axis=1),
            "The padding is not added up any more, but still counted: divide by the number of pieces.",
        ),
        Mistake(
            lambda states, mask: (states * mask[:, :, None]).sum(axis=1),
            "That is the sum, which grows with the text; take the mean.",
        ),
        Mistake(
            lambda states, mask: (states * mask[:, :, None]).sum(axis=1) / mask.sum(),
            "That divides by the pieces of the whole batch; each text has a number of its own (`axis=1`).",
        ),
        Mistake(
            lambda states, mask: states[:, 0],
            "That is the vector of the first piece, another way of pooling; asked for is the mean.",
        ),
        Mistake(
            lambda states, mask: _unit(_masked_mean(states, mask)),
            "Those vectors are scaled to length 1, which comes after pooling: return the mean as it is.",
        ),
    ),
    moral="A text now has the same vector whatever else is in its batch.",
)
def mean_pool(answer):
    """Write mean pooling over the pieces of each text, with padding left out."""
    rng = np.random.default_rng(1)
    inputs = []
    for lengths, width in (((3, 5, 2), 4), ((1, 4), 3), ((6, 2, 3, 1), 2)):
        mask = (np.arange(max(lengths)) < np.array(lengths)[:, None]).astype(np.int32)
        inputs.append((rng.normal(size=(*mask.shape, width)), mask))
    return compare(
        answer,
        _masked_mean,
        on=inputs,
        mistakes=mean_pool.mistakes,
    )


def _hits(found, wanted, k):
    return sum(hit == wanted for hit in found[:k])


@exercise(
    "09.3",
    hints=(
        "`found[:k]` are the first k hits, or all of them if there are fewer.",
        "Count those that equal `wanted`, and divide by `k`.",
        "`return sum(hit == wanted for hit in found[:k]) / k`",
    ),
    mistakes=(
        Mistake(_hits, "That is how many are right; asked for is their share: divide by `k`."),
        Mistake(
            lambda found, wanted, k: _hits(found, wanted, k) / len(found),
            "That divides by all hits; only the first `k` places are judged.",
        ),
        Mistake(
            lambda found, wanted, k: _hits(found, wanted, k) / len(found[:k]),
            "Where fewer than `k` texts were found, the empty places count as wrong: divide by `k` itself.",
        ),
        Mistake(
            lambda found, wanted, k: _hits(found, wanted, k) / max(1, found.count(wanted)),
            "That is *recall*, the share of all right ones that is among the first `k`.",
        ),
        Mistake(
            lambda found, wanted, k: _hits(found, wanted, len(found)) / k,
            "That counts right hits beyond the first `k` as well: take `found[:k]`.",
        ),
        Mistake(
            lambda found, wanted, k: _hits(found, wanted, len(found)) / len(found),
            "That is the share among all hits; only the first `k` places are judged.",
        ),
        Mistake(
            lambda found, wanted, k: float(wanted in found[:k]),
            "That says whether there is any right hit among the first `k`; asked for is the share.",
        ),
    ),
)
def precision_at(answer):
    """Write precision at k, with the places that stay empty counted as wrong."""
    inputs = [
        (["med", "space", "med", "med", "autos", "med", "med"], "med", 5),
        (["space", "med", "autos", "med"], "med", 3),
        (["space", "space", "med"], "space", 5),
        (["autos", "med"], "space", 2),
    ]
    return compare(
        answer,
        lambda found, wanted, k: _hits(found, wanted, k) / k,
        on=inputs,
        mistakes=precision_at.mistakes,
    )


_TOOLS = {"a": "MiniLM", "b": "TF-IDF", "c": "USE", "d": "TF-IDF"}


def _but(**changes):
    return {**_TOOLS, **changes}


@exercise(
    "09.4",
    hints=(
        "Ask of each: how many labels, which language, how many texts, and is it a word or a meaning?",
        "With few labels an encoder starts higher. Only one of the three knows other languages than English.",
        "One tool is right twice: where the very word counts, and where labels are many and time is short.",
    ),
    mistakes=(
        Mistake(
            _but(a="TF-IDF"),
            "(a) With three labels a class TF-IDF has seen few of the words, and encoders lead most.",
        ),
        Mistake(
            _but(a="USE"),
            "(a) USE would do, but time is plentiful and MiniLM was the more accurate one on English posts.",
        ),
        Mistake(
            _but(b="MiniLM"), "(b) A part number has no meaning to encode: where the very word counts, count."
        ),
        Mistake(
            _but(b="USE"), "(b) A part number has no meaning to encode, in any language: count words instead."
        ),
        Mistake(_but(c="MiniLM"), "(c) MiniLM was trained on English; look at figure 5."),
        Mistake(_but(c="TF-IDF"), "(c) Spanish and English share few words, and those are all TF-IDF has."),
        Mistake(
            _but(d="MiniLM"),
            "(d) With thousands of labels there is little left to gain, and MiniLM is far too slow for that.",
        ),
        Mistake(
            _but(d="USE"),
            "(d) With thousands of labels there is little left to gain, and a million an hour is too much.",
        ),
    ),
)
def tools(answer):
    """Choose the first tool to try in each of four situations."""
    if isinstance(answer, dict) and answer.keys() == _TOOLS.keys():
        for letter, tool in answer.items():
            if tool not in ("TF-IDF", "MiniLM", "USE"):
                return f'({letter}) has {tool!r}; choose "TF-IDF", "MiniLM" or "USE".'
        # One step at a time: the first situation that is answered wrongly is explained as if it were alone.
        for letter, tool in answer.items():
            if tool != _TOOLS[letter]:
                answer = _but(**{letter: tool})
                break
    return compare(answer, _TOOLS, mistakes=tools.mistakes)
