"""The sentences in four languages: the same in each, and none to be judged by among those to learn from."""

from tlcourse import datasets


def test_languages_are_judged_by_the_same_topics_in_the_same_order():
    english, *others = (texts.test for texts in datasets.load_languages().values())
    assert len(others) == 3
    for texts in others:
        assert texts.labels.tolist() == english.labels.tolist()
        assert not set(texts.texts) & set(english.texts)


def test_languages_other_than_english_have_nothing_to_learn_from():
    assert [len(texts.train) for texts in datasets.load_languages().values()] == [32, 0, 0, 0]


def test_languages_english_sentences_are_all_different():
    english = datasets.load_languages()["English"].texts
    assert len(set(english)) == len(english) == 64
