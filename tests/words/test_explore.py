"""Looking around in a space of words, and the association test."""

import numpy as np
import pytest

from tlcourse import words
from tlcourse.words import UnknownVectors


@pytest.fixture
def fasttext():
    texts = ["the cat sat on the mat", "a dog ran after the cat"] * 10
    return words.train_fasttext(texts, size=8, epochs=1, min_count=1, progress=False, buckets=500)


def test_analogy_is_gensims(toy):
    theirs = toy.most_similar(positive=["dog", "the"], negative=["cat"], topn=2)
    assert [word for word, _ in words.analogy(toy, "cat", "dog", "the", n=2)] == [word for word, _ in theirs]


def test_analogy_that_excludes_nothing_may_answer_with_the_question(toy):
    assert words.analogy(toy, "cat", "cat", "dog", n=1, exclude=False)[0][0] == "dog"
    assert words.analogy(toy, "cat", "cat", "dog", n=1)[0][0] != "dog"


def test_analogy_of_an_unknown_word_names_near_ones_unless_it_has_subwords(toy, fasttext):
    with pytest.raises(UnknownVectors, match=r"no vector for 'catt'. Did you mean 'cat'"):
        words.analogy(toy, "catt", "dog", "the")
    assert words.analogy(fasttext, "catt", "dog", "the", n=1)


def test_misspelling_is_one_error_of_each_kind():
    rng = np.random.default_rng(0)
    made = {words.misspell("word", rng) for _ in range(500)}
    assert "word" not in made
    assert {"ord", "wword", "owrd", "xord"} <= made
    assert {len(typo) for typo in made} == {3, 4, 5}


def test_misspelling_of_equal_letters_ends():
    assert words.misspell("aa", np.random.default_rng(0)) != "aa"


@pytest.fixture
def shown(monkeypatch):
    from IPython import display

    seen = []
    monkeypatch.setattr(display, "display", lambda thing, **_: seen.append(thing))
    return seen


def test_explorer_without_a_person_is_a_table_only(shown, toy, fasttext, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    words.explore_neighbours({"toy": toy, "<b>": fasttext}, ["cat", "catt"], n=2)
    (table,) = shown
    assert table.data.count("(no vector)") == 1
    assert "&lt;b&gt;" in table.data
    assert ", ".join(word for word, _ in words.neighbours(toy, ["cat"], n=2)[0]) in table.data


def test_explorer_writes_the_table_anew_when_a_box_changes(shown, toy, monkeypatch):
    from IPython import display

    class Handle:
        def update(self, thing):
            shown.append(thing)

    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(display, "display", lambda thing, **_: shown.append(thing) or Handle())
    words.explore_analogies(toy, [("cat", "dog", "the")], n=1)
    box, table = shown
    assert "cat is to dog as the is to" in table.data
    box.value = "cat mat dog, cat"
    assert "cat is to mat as dog is to" in shown[-1].data
    assert "give three words" in shown[-1].data


def test_association_is_caliskans_effect_and_exact_for_small_lists(toy):
    from itertools import combinations

    rng = np.random.default_rng(4)
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(5)
    names = [f"{kind}{number}" for kind in "xyab" for number in range(4)]
    vectors.add_vectors(names, rng.normal(size=(16, 5)).astype(np.float32))
    lists = [names[start : start + 4] for start in range(0, 16, 4)]
    found = words.association(vectors, *lists)
    unit = vectors.get_normed_vectors().astype(np.float64)
    leanings = (unit[:8] @ unit[8:12].T).mean(axis=1) - (unit[:8] @ unit[12:].T).mean(axis=1)
    difference = leanings[:4].mean() - leanings[4:].mean()
    assert found.effect == pytest.approx(difference / leanings.std(ddof=1))
    ways = [leanings[[*way]].sum() for way in combinations(range(8), 4)]
    assert found.p == pytest.approx(np.mean([way >= leanings[:4].sum() - 1e-9 for way in ways]))
    assert found.low <= found.effect <= found.high
    assert (found.covered, found.asked) == (16, 16)
    assert "16 of 16 words" in repr(found)


def test_association_needs_two_known_words_in_each_list(toy):
    with pytest.raises(UnknownVectors, match="1 words of b"):
        words.association(toy, ["cat", "dog"], ["mat", "the"], ["cat", "mat"], ["dog", "absent"])


def test_published_lists_are_of_equal_length():
    assert [len(lists[0]) for lists in words.ASSOCIATION_TESTS.values()] == [25, 8, 8, 8]
    for x, y, a, b in words.ASSOCIATION_TESTS.values():
        assert len(x) == len(y)
        assert len(a) == len(b)
        assert not {*x} & {*y}
        assert not {*a} & {*b}


def test_evaluation_by_another_rule(monkeypatch, tmp_path):
    from gensim.models import KeyedVectors

    from tlcourse.words import evaluation

    monkeypatch.setattr(evaluation, "_similarity", lambda *_: None)
    path = tmp_path / "questions.txt"
    path.write_text(": toy\nhe she king queen\nhe she prince princess\n")
    numbers = {
        "he": [1, 0, 0],
        "she": [1, 0.4, 0],
        "king": [1, 0, 0.9],
        "queen": [1, 1.3, 0.9],
        "royal": [1, -0.1, 0.9],
        "prince": [0.2, 0, -1],
        "princess": [0.2, 0.1, -1],
    }
    vectors = KeyedVectors(3)
    vectors.add_vectors([*numbers], np.array([*numbers.values()], np.float32))
    monkeypatch.setattr("gensim.test.utils.datapath", lambda name: str(path))
    right = {}
    for rule in ("offset", "offset, nothing excluded", "third word"):
        result = words.evaluate(vectors, rule=rule).analogies
        assert result.pairs.tolist() == [[0, 1], [0, 2]]
        assert result.known.all()
        right[rule] = result.right.tolist()
    assert right == {
        "offset": [True, True],
        "offset, nothing excluded": [False, True],
        "third word": [False, True],
    }
    with pytest.raises(UnknownVectors, match=r"rule is 'ofset'. Did you mean 'offset'"):
        words.evaluate(vectors, rule="ofset")
