"""Looking around in a space of words: what is near a point, analogies, and both to play with.

The explorers show an ordinary table, which every viewer of notebooks can show, and above it controls that
write the table anew. The controls need a running kernel, so they are left out where nobody is there to use
them: in runs without a person, which set ``TQDM_DISABLE``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.words.errors import UnknownVectors
from tlcourse.words.search import nearest, normalised

if TYPE_CHECKING:
    from gensim.models import KeyedVectors


def near(
    vectors: KeyedVectors, points: np.ndarray, n: int = 10, exclude: Collection[str] = ()
) -> list[list[tuple[str, float]]]:
    """Find the words nearest to any points of the space, by cosine.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    points : array of shape (Q, D)
        They need not be words: sums of vectors, or FastText's vectors of words it has never met.
    n : int
        Words for each point, at most.
    exclude : collection of str
        Words that do not count.

    Returns
    -------
    list of list of (str, float)
        For each point the words and their cosines, the nearest first.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> toy = KeyedVectors(2)
    >>> toy.add_vectors(["cat", "dog", "car"], np.array([[1, 0], [0.9, 0.1], [0, 1]], np.float32))
    >>> [[word for word, cosine in row] for row in near(toy, toy["cat"] + toy["car"], n=1, exclude=["dog"])]
    [['cat']]
    """
    points = np.atleast_2d(np.asarray(points, np.float32))
    found, cosines = nearest(normalised(vectors.vectors), normalised(points), n + len(exclude))
    rows = []
    for indices, values in zip(found, cosines, strict=True):
        pairs = zip((vectors.index_to_key[index] for index in indices), values.tolist(), strict=True)
        rows.append([pair for pair in pairs if pair[0] not in exclude][:n])
    return rows


def restrict(vectors: KeyedVectors, words: Sequence[str]) -> KeyedVectors:
    """Keep only some words of a set of vectors, so that several sets can be compared on the same words.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    words : sequence of str
        In the order that they are to have, the most frequent first as a rule.

    Returns
    -------
    gensim.models.KeyedVectors

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> toy = KeyedVectors(2)
    >>> toy.add_vectors(["cat", "dog", "car"], np.array([[1, 0], [0, 1], [1, 1]], np.float32))
    >>> restrict(toy, ["car", "cat"]).index_to_key
    ['car', 'cat']
    """
    from gensim.models import KeyedVectors

    kept = KeyedVectors(vectors.vector_size)
    kept.add_vectors(list(words), np.stack([_vector(vectors, word) for word in words]))
    return kept


def analogy(
    vectors: KeyedVectors, a: str, b: str, c: str, n: int = 5, exclude: bool = True
) -> list[tuple[str, float]]:
    """Answer "a is to b as c is to …" with the words nearest to b - a + c, each brought to length 1 first.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    a, b, c : str
    n : int
        Answers, at most.
    exclude : bool
        Whether a, b and c themselves are no answers, which is the custom.

    Returns
    -------
    list of (str, float)
        The answers and their cosines, the nearest first.

    Raises
    ------
    UnknownVectors
        If one of the words has no vector.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> toy = KeyedVectors(2)
    >>> numbers = [[1, 0], [1, 1], [2, 0], [2, 2]]
    >>> toy.add_vectors(["he", "she", "king", "queen"], np.array(numbers, np.float32))
    >>> analogy(toy, "he", "she", "king", n=1)[0][0]
    'queen'
    """
    given = (a, b, c)
    first, second, third = normalised(np.stack([_vector(vectors, word) for word in given]))
    return near(vectors, second - first + third, n, given if exclude else ())[0]


def _vector(vectors: KeyedVectors, word: str) -> np.ndarray:
    """Return a word's vector, which FastText has for every word."""
    if word in vectors.key_to_index or (word and hasattr(vectors, "vectors_ngrams")):
        return vectors.get_vector(word)
    alike = [other for other in vectors.index_to_key if other[:2] == word[:2]]
    raise UnknownVectors(f"There is no vector for {word!r}.{suggest(word, alike) if alike else ''}")


def misspell(word: str, rng: np.random.Generator) -> str:
    """Make one random typing error: a letter left out, doubled, wrong, or swapped with the next one.

    Parameters
    ----------
    word : str
        Of at least two letters.
    rng : numpy.random.Generator

    Returns
    -------
    str
        Where the error changes nothing, as when equal letters are swapped, another one is made.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> [misspell("transfer", rng) for _ in range(3)]
    ['transer', 'tarnsfer', 'transfr']
    """
    while True:
        at, letter = rng.integers(len(word) - 1), chr(ord("a") + rng.integers(26))
        errors = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
        if (typo := errors[rng.integers(len(errors))]) != word:
            return typo


def explore_neighbours(vectors: Mapping[str, KeyedVectors], words: Sequence[str], n: int = 8) -> None:
    """Show the nearest words by several sets of vectors, side by side, with a box to type others into.

    Parameters
    ----------
    vectors : mapping of str to gensim.models.KeyedVectors
        A column each.
    words : sequence of str
        A row each.
    n : int
        Neighbours for each word.
    """

    def cells(word: str) -> list[str]:
        return [
            _answer(lambda own=own: near(own, _vector(own, word), n, [word])[0]) for own in vectors.values()
        ]

    def table(text: str) -> str:
        asked = [word for word in text.lower().replace(",", " ").split() if word]
        return _table(["word", *vectors], [[word, *cells(word)] for word in asked])

    _explore(table, {"words": ", ".join(words)})


def explore_analogies(
    vectors: KeyedVectors, questions: Sequence[tuple[str, str, str]], n: int = 3, exclude: bool = True
) -> None:
    """Show answers to "a is to b as c is to …", with a box to type other questions into.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
    questions : sequence of (str, str, str)
        Each the words a, b and c.
    n : int
        Answers to each.
    exclude : bool
        Whether a question's own words are no answers.
    """

    def row(question: str) -> list[str]:
        asked = question.lower().split()
        if len(asked) != 3:
            return [question, "give three words, such as: man king woman"]
        a, b, c = asked
        said = f"{a} is to {b} as {c} is to"
        return [said, _answer(lambda: analogy(vectors, a, b, c, n, exclude))]

    def table(text: str) -> str:
        return _table(
            ["question", "answers"], [row(question) for question in text.split(",") if question.strip()]
        )

    _explore(table, {"questions": ", ".join(map(" ".join, questions))})


def _answer(find: Callable[[], list[tuple[str, float]]]) -> str:
    try:
        return ", ".join(word for word, _ in find())
    except UnknownVectors:
        return "(no vector)"


def _table(head: list[str], rows: list[list[str]]) -> str:
    left = 'style="text-align: left"'
    top = "".join(f'<th scope="col" {left}>{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row" {left}>{escape(name)}</th>'
        + "".join(f"<td {left}>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _explore(table: Callable[[str], str], start: Mapping[str, str]) -> None:
    from IPython.display import HTML, display

    ((label, text),) = start.items()
    if os.environ.get("TQDM_DISABLE"):
        display(HTML(table(text)))
        return
    import ipywidgets

    box = ipywidgets.Text(
        value=text, description=label, continuous_update=False, layout=ipywidgets.Layout(width="95%")
    )
    display(box)
    shown = display(HTML(table(text)), display_id=True)
    box.observe(lambda change: shown.update(HTML(table(change["new"]))), "value")
