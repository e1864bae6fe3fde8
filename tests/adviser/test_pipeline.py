"""Fitted pipelines, saved and read back in another process."""

import json
import subprocess
import sys

import numpy as np
import pytest

from tlcourse import transfer
from tlcourse.adviser import CannotSave, OtherSize, advise, load, networks, representations
from tlcourse.adviser.pipeline import Pipeline, of_probe


@pytest.fixture
def texts(make, sources):
    sources(representations.TfIdf)
    return make[1](60)


def elsewhere(folder, things):
    """Predict in a process that knows nothing of this one."""
    code = (
        "import json, sys; from tlcourse import adviser; made = adviser.load(sys.argv[1]);"
        " things = json.loads(sys.argv[2]);"
        " print(json.dumps([made.predict_proba(things).tolist(), made.predict(things)]))"
    )
    run = [sys.executable, "-c", code, str(folder), json.dumps(things)]
    return json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)


def test_saved_text_pipeline_predicts_the_same_in_a_clean_process(texts, tmp_path):
    advice = advise(texts, progress=False)
    folder = advice.save(tmp_path / "sorter")
    probabilities, names = elsewhere(folder, [*texts.texts[:5], "a fine Straße", ""])
    here = advice.pipeline.predict_proba([*texts.texts[:5], "a fine Straße", ""])
    np.testing.assert_array_equal(probabilities, here)
    assert names[:5] == [texts.class_names[label] for label in texts.labels[:5]]
    card = (folder / "README.md").read_text()
    assert advice.sentences[0] in card
    assert "adviser.load(FOLDER).predict" in card


def test_no_saved_file_is_a_pickle(texts, tmp_path):
    folder = advise(texts, progress=False).save(tmp_path / "sorter")
    assert {path.name for path in folder.iterdir()} == {"pipeline.json", "arrays.npz", "README.md"}
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        assert all(arrays[key].dtype != object for key in arrays.files)


@pytest.mark.parametrize("classes", [2, 3])
def test_pipeline_predicts_as_the_probe_it_was_made_of(make, classes):
    data = make[0](30, classes=classes)
    pixels = representations.Pixels()
    probe = transfer.linear_probe(pixels(data.images), data.labels)
    made = of_probe("photos", data.class_names, pixels, probe, data.images.shape[1])
    np.testing.assert_allclose(
        made.predict_proba(data.images), probe.predict_proba(pixels(data.images)), rtol=1e-6
    )


def test_pictures_of_another_size_are_refused(make, sources, tmp_path):
    sources(representations.Pixels)
    data = make[0](40)
    made = load(advise(data, progress=False).save(tmp_path / "sorter"))
    side = data.images.shape[1]
    assert len(made.predict(data.images[:3])) == 3
    with pytest.raises(OtherSize, match=f"of 7 by 7 pixels, and this was fitted on {side} by {side}"):
        made.predict(data.resized(7).images)


def test_mixture_is_read_back_part_by_part(make):
    data = make[1](40)
    parts = representations.TfIdf(), representations.TfIdf()
    mixed = representations.Mixture(*parts).fit(data.texts)
    again = representations.Mixture(representations.TfIdf(), representations.TfIdf())
    again.restore(mixed.state())
    np.testing.assert_array_equal(mixed(data.texts).toarray(), again(data.texts).toarray())


def test_glove_weights_are_read_back(monkeypatch):
    from gensim.models import KeyedVectors

    toy = KeyedVectors(2)
    toy.add_vectors(["cat", "dog"], np.array([[1, 0], [0, 1]], np.float32))
    monkeypatch.setattr(representations, "glove", lambda: toy)
    fitted = representations.Glove().fit(["cat", "cat dog", "cat"])
    again = representations.Glove()
    again.restore(fitted.state())
    found = again(["cat dog"])
    np.testing.assert_array_equal(found, fitted(["cat dog"]))
    assert found[0, 1] > found[0, 0]  # the rarer weighs more


def test_trained_network_is_read_back(make, tmp_path):
    data = make[0](24)
    kind = networks.for_photos()[0]
    fitted = kind.fit(data.images, data.labels, 0)
    made = Pipeline("photos", data.class_names, network=kind.bare(fitted, data.class_names))
    made.save(tmp_path / "sorter", "card")
    again = load(tmp_path / "sorter")
    assert again.name == "from scratch"
    np.testing.assert_allclose(again.predict_proba(data.images), fitted.predict_proba(data.images), atol=1e-4)


def test_own_folder_is_replaced_and_another_refused(texts, tmp_path):
    advice = advise(texts, progress=False)
    advice.save(tmp_path / "sorter")
    advice.save(tmp_path / "sorter")
    assert load(tmp_path / "sorter").predict(["good good"]) == ["praise"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("years of work")
    with pytest.raises(CannotSave, match="holds something else than a saved pipeline"):
        advice.save(tmp_path / "other")
    assert (tmp_path / "other" / "thesis.tex").exists()


@pytest.mark.parametrize("content", [None, "{}", "not json", '{"format": 99}'])
def test_folder_without_a_readable_pipeline_says_so(tmp_path, content):
    if content is not None:
        (tmp_path / "pipeline.json").write_text(content)
    with pytest.raises(CannotSave, match="holds no pipeline that can be read"):
        load(tmp_path)
