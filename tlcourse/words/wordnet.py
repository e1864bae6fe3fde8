"""The nouns of WordNet: what a word may mean, and what each of its senses is a kind of.

The unit is the **synset**, a set of words with one meaning in common. ImageNet's classes are synsets, and the
name of a class's folder, such as n02084071, is the synset's place in WordNet's own file.

Examples
--------
>>> from tlcourse.words import wordnet
>>> wordnet.synsets("dog")[0]  # doctest: +SKIP
n02084071 dog, domestic dog, Canis familiaris
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from tlcourse import assets
from tlcourse.words.errors import UnknownSynset


@dataclass(frozen=True)
class Synset:
    """Words that share one meaning.

    Attributes
    ----------
    id : str
        "n" and the eight digits that ImageNet uses too.
    lemmas : tuple of str
        The words, spelt with spaces.
    gloss : str
        What they mean.
    hypernyms : tuple of str
        Ids of what it is a kind of, or an instance of; mostly one.
    """

    id: str
    lemmas: tuple[str, ...]
    gloss: str = field(compare=False)
    hypernyms: tuple[str, ...] = field(compare=False)

    def __repr__(self) -> str:
        return f"{self.id} {', '.join(self.lemmas)}"


def synsets(word: str) -> tuple[Synset, ...]:
    """Return the senses of a noun, the commonest first; none where WordNet lacks the word.

    Parameters
    ----------
    word : str
        In the singular, however capitalised: "dog", "mud turtle".

    Examples
    --------
    >>> len(synsets("dog"))  # doctest: +SKIP
    7
    """
    key = "_".join(word.lower().split()).encode() + b" "
    lines = _index()
    position = bisect_left(lines, key)
    if position == len(lines) or not lines[position].startswith(key):
        return ()
    # word n senses … offsets: the last fields are the offsets, as many as there are senses.
    fields = lines[position].decode().split()
    return tuple(synset(f"n{offset}") for offset in fields[-int(fields[2]) :])


@lru_cache(maxsize=4096)
def synset(id: str) -> Synset:
    """Return the synset at a place in WordNet's file of nouns.

    Parameters
    ----------
    id : str
        Such as "n02084071".

    Raises
    ------
    UnknownSynset
        If no synset begins there.

    Examples
    --------
    >>> synset("n02084071").gloss  # doctest: +SKIP
    'a member of the genus Canis (probably descended from the common wolf) that has been domesticated …'
    """
    line = ""
    if id[:1] == "n" and id[1:].isdecimal() and len(id) == 9:
        with (assets.fetch("wordnet") / "data.noun").open("rb") as file:
            file.seek(int(id[1:]))
            line = file.readline().decode(errors="replace")
    if not line.startswith(f"{id[1:]} "):
        raise UnknownSynset(
            f"No noun of WordNet 3.0 begins at {id!r}; give 'n' and eight digits, such as 'n02084071'."
        )
    # offset file n words [word number]… pointers [symbol offset part numbers]… | gloss
    facts, gloss = line.split(" | ", 1)
    fields = facts.split()
    words = 4 + 2 * int(fields[3], 16)
    pointers = zip(fields[words + 1 :: 4], fields[words + 2 :: 4], strict=False)
    return Synset(
        id,
        tuple(lemma.replace("_", " ") for lemma in fields[4:words:2]),
        gloss.strip(),
        tuple(f"n{offset}" for symbol, offset in pointers if symbol in ("@", "@i")),
    )


def chain(of: Synset) -> list[Synset]:
    """Return what a synset is a kind of, what that is a kind of, and so on up to "entity".

    Where a synset is a kind of several things, the chain follows the first.

    Examples
    --------
    >>> [link.lemmas[0] for link in chain(synsets("dog")[0])][:2]  # doctest: +SKIP
    ['canine', 'carnivore']
    """
    links = []
    while of.hypernyms:
        of = synset(of.hypernyms[0])
        links.append(of)
    return links


def ancestors(of: Synset) -> set[str]:
    """Return the ids of all that a synset is a kind of, by whichever way.

    Examples
    --------
    >>> synsets("animal")[0].id in ancestors(synsets("dog")[0])  # doctest: +SKIP
    True
    """
    parents = set(of.hypernyms)
    return parents.union(*(ancestors(synset(parent)) for parent in parents))


@lru_cache(maxsize=1)
def _index() -> list[bytes]:
    """Return the lines of the alphabet of nouns, which are in order, as WordNet's own program needs it."""
    lines = (assets.fetch("wordnet") / "index.noun").read_bytes().splitlines()
    return [line for line in lines if not line.startswith(b" ")]  # the licence, at the head
