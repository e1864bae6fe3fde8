"""The advice as a whole, and its parts: what is held back, compared and left untried."""

import dataclasses
import json
import re

import numpy as np
import pytest

from tlcourse import assets
from tlcourse.adviser import BudgetTooSmall, UnusableData, advise, consult, representations
from tlcourse.adviser.networks import Network
from tlcourse.measure import MeasureError


@pytest.fixture
def noise(make):
    return make[0]


@pytest.fixture
def sayings(make):
    return make[1]


def test_source_that_knows_helps_and_is_chosen(noise, sources):
    advice = advise(noise(60), progress=False)
    assert (advice.verdict, advice.best.name, advice.baseline.name) == ("helps", "Knowing", "pixels")
    assert advice.gain.low > 0.2
    # All of 15 right is no certainty.
    assert advice.tested.mean == 1
    assert advice.expected.low < 0.97 < advice.expected.high
    assert advice.sentences[0].startswith("Use Knowing: expect an accuracy of ")
    assert "with twice as many and" in advice.sentences[0]
    assert advice.sentences[1].startswith("Transfer helps: the best candidate with it gains 0.")
    assert advice.sentences[1].endswith("nothing was left untried.")


def test_blind_source_beside_good_words_hurts(sayings, sources):
    class Noise(representations.Representation):
        name, transfer = "Noise", True

        def __call__(self, things, progress=False):
            return np.array([[len(thing) % 3, 1.0] for thing in things])

    sources(representations.TfIdf, Noise)
    advice = advise(sayings(80), progress=False)
    assert (advice.verdict, advice.best.name) == ("hurts", "TF-IDF")
    assert advice.gain.high < 0
    assert advice.sentences[1].startswith("Transfer hurts: the best source alone gains -0.")


def test_no_source_tried_leaves_the_verdict_open(noise, sources):
    sources(representations.Pixels)
    advice = advise(noise(40), progress=False)
    assert (advice.verdict, advice.gain) == ("cannot be told", None)
    assert "for no source was tried" in advice.sentences[1]


def test_labels_held_back_have_no_say_in_the_choice(noise, sources):
    data = noise(60)
    _, held = consult._parts(data.labels, data.class_names, consult.datasets.inspect(data), 1000, seed=0)
    wrong = data.labels.copy()
    wrong[held] = (wrong[held] + 1) % 3
    plain, turned = (
        advise(data, progress=False),
        advise(dataclasses.replace(data, labels=wrong), progress=False),
    )
    for one, other in zip(plain.trials, turned.trials, strict=True):
        np.testing.assert_array_equal(one.correct, other.correct)
    assert (plain.tested.mean, turned.tested.mean) == (1.0, 0.0)


def test_same_seed_gives_the_same_advice_and_another_another(noise, sources):
    sources(representations.Pixels, sources.blind)
    documents = []
    for seed in (0, 0, 1):
        document = advise(noise(60), seed=seed, progress=False).to_json()
        del document["seconds"], document["candidates"]
        documents.append(document)
    assert documents[0] == documents[1] != documents[2]


def test_copies_and_contradictions_are_left_out_and_reported(noise, sources):
    data = noise(60)
    copied = data.subset([*range(60), 0, 3, 4])
    labels = copied.labels.copy()
    labels[62] = (labels[62] + 1) % 3
    advice = advise(dataclasses.replace(copied, labels=labels), progress=False)
    assert advice.labels == 59  # of 63: two copies, and two of which one is wrong
    text = str(advice)
    assert "2 photos are copies, or nearly" in text
    assert "2 photos are there with different labels" in text


def test_own_test_part_is_used_without_what_leaked_into_it(sayings, sources):
    sources(representations.TfIdf)
    data = sayings(60)
    leaky = data.subset([*range(60), 0, 1])
    leaky = dataclasses.replace(leaky, in_train=np.arange(62) < 40)
    advice = advise(leaky, progress=False)
    assert len(advice.tested.values) == 20
    assert advice.report["leak"].sentence.startswith("2 of 22 texts to test on")
    gone = dataclasses.replace(leaky.subset([*range(40), 0, 1]), in_train=np.arange(42) < 40)
    with pytest.raises(UnusableData, match=r"Nothing is left to test on\. 2 of 2 texts"):
        advise(gone, progress=False)


def test_scarce_class_is_left_out_and_reported(noise, sources):
    data = noise(60)
    few = data.subset(np.flatnonzero((data.labels < 2) | (np.arange(60) < 9)))
    advice = advise(few, progress=False)
    assert advice.classes == ("ants", "bees")
    assert "1 class has fewer than 6 different photos (cats 3)" in str(advice)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([0] * 30, "All 30 photos are of one class, 'ants': add a second class"),
        ([0] * 27 + [1] * 3, "1 class has fewer than 6 different photos (bees 3): add some"),
    ],
)
def test_unusable_labels_are_refused_in_one_sentence(noise, sources, labels, sentence):
    with pytest.raises(UnusableData) as caught:
        advise(dataclasses.replace(noise(30), labels=np.array(labels)), progress=False)
    assert sentence in str(caught.value)
    assert str(caught.value).count(". ") == 0
    assert caught.value.report.findings


def test_few_labels_give_no_forecast_but_say_why(sayings, sources):
    sources(representations.TfIdf)
    advice = advise(sayings(12), progress=False)
    if not advice.forecasts:
        assert "no forecast for more: there are too few labels" in advice.sentences[0]


def test_target_accuracy_is_answered_in_labels_a_class(noise, sources):
    reached = advise(noise(120), target_accuracy=0.5, progress=False)
    assert "0.50 you have already" in reached.sentences[0]
    sources(representations.Pixels, sources.blind)
    far = advise(noise(60), target_accuracy=0.99, progress=False)
    assert far.needed.accuracy == 0.99
    assert "labels a class: you have 20" in far.sentences[0]


def test_candidate_that_would_not_fit_is_left_untried(noise, sources):
    class Slow(representations.Representation):
        name, transfer = "Slow", True

        def __call__(self, things, progress=False):
            assert len(things) < 60, "all were begun"
            consult.time.sleep(0.05 * len(things))
            return np.ones((len(things), 2))

    sources(representations.Pixels, Slow)
    advice = advise(noise(600), budget=40, progress=False)
    # On a machine so busy that even less time is left, the reason is that.
    assert re.match("it would take about|no time was left", advice.untried["Slow"])
    assert "not tried: Slow (" in advice.sentences[1]


def test_source_that_cannot_be_had_is_left_untried(noise, sources, monkeypatch):
    class Far(sources.knowing):
        name, assets = "Far", ("stamps",)

    def fetch(name):
        raise assets.errors.Offline(f"{name} is not here, and the network is forbidden.")

    monkeypatch.setattr(assets, "fetch", fetch)
    sources(representations.Pixels, Far)
    advice = advise(noise(40), progress=False)
    assert advice.untried == {"Far": "stamps is not here, and the network is forbidden."}


def test_source_whose_library_is_missing_is_left_untried(noise, sources):
    class Lacking(sources.knowing):
        name = "Lacking"

        def __call__(self, things, progress=False):
            raise ModuleNotFoundError("No module named 'tensorflow'")

    sources(representations.Pixels, Lacking)
    advice = advise(noise(40), progress=False)
    assert advice.untried == {"Lacking": "a library is missing: No module named 'tensorflow'"}


def test_trained_network_competes_on_the_same_folds(noise, sources, monkeypatch):
    fitted = []

    class Trained:
        def __init__(self, images, y, seed):
            fitted.append(len(y))

        def predict(self, images):
            return images[:, 0, 0, 0] // 100 + (images[:, 1, 1, 1] > 230)

    kind = Network("trained", False, Trained, None, 0.01, "pixels")
    monkeypatch.setattr(consult.networks, "for_photos", lambda: (kind,))
    advice = advise(noise(60), progress=False)
    assert fitted == [36] * 5
    assert advice.baseline.name == "trained"
    left = advise(noise(60), progress=False, frozen=True).untried
    assert left == {"trained": "it trains a network, and only frozen ones were asked for"}
    assert len(fitted) == 5


@pytest.mark.parametrize("budget", [5, float("nan"), float("inf")])
def test_budget_out_of_range_is_refused(noise, budget):
    with pytest.raises(BudgetTooSmall, match="give at least 10, better 120"):
        advise(noise(40), budget=budget)


def test_target_out_of_range_is_refused(noise):
    with pytest.raises(MeasureError, match="target_accuracy is 95: give one between 0 and 1"):
        advise(noise(40), target_accuracy=95)


def test_budget_too_small_for_anything_says_what_it_would_take(noise, sources):
    class Slow(representations.Pixels):
        def __call__(self, things, progress=False):
            consult.time.sleep(0.1 * len(things))
            return super().__call__(things)

    sources(Slow)
    with pytest.raises(BudgetTooSmall, match=r"too few for pixels.*(it would take about|no time)"):
        advise(noise(600), budget=10, progress=False)


def test_document_is_plain_json(noise, sources):
    advice = advise(noise(60), target_accuracy=0.999, progress=False)
    document = json.loads(json.dumps(advice.to_json(), allow_nan=False))
    assert document["verdict"] == "helps"
    assert {"candidates", "expected", "forecasts", "untried", "findings", "sentences"} <= document.keys()
    assert document["candidates"][1]["accuracy"]["level"] == 0.9
    assert "<table>" in advice._repr_html_()
