"""Looking around in a space of words: analogies, typing errors, and tables of neighbours to play with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.controls import play
from tlcourse.words.errors import UnknownVectors
from tlcourse.words.search import normalised

if TYPE_CHECKING:
    from gensim.models import KeyedVectors


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
    found = vectors.similar_by_vector(second - first + third, topn=n + len(given))
    return [pair for pair in found if not exclude or pair[0] not in given][:n]


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
            ", ".join(other for other, _ in own.most_similar(word, topn=n)) if word in own else "(no vector)"
            for own in vectors.values()
        ]

    def table(text: str) -> str:
        asked = [word for word in text.lower().replace(",", " ").split() if word]
        return _table(["word", *vectors], [[word, *cells(word)] for word in asked])

    _explore(table, "words", ", ".join(words))


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
        try:
            return [said, ", ".join(word for word, _ in analogy(vectors, a, b, c, n, exclude))]
        except UnknownVectors:
            return [said, "(no vector)"]

    def table(text: str) -> str:
        return _table(
            ["question", "answers"], [row(question) for question in text.split(",") if question.strip()]
        )

    _explore(table, "questions", ", ".join(map(" ".join, questions)))


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


def _explore(table: Callable[[str], str], label: str, text: str) -> None:
    from IPython.display import HTML

    def box(widgets):
        return widgets.Text(
            value=text, description=label, continuous_update=False, layout=widgets.Layout(width="95%")
        )

    play(lambda words: HTML(table(words)), text, box)
