"""The saved model: files that agree, a card, a report, and a folder that is nobody else's."""

import itertools
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from tlcourse import adviser, capstone, datasets
from tlcourse.adviser import CannotSave, representations
from tlcourse.capstone import export, saving
from tlcourse.transfer import litert

ORIENTATION = 0x0112  # the EXIF tag


@pytest.fixture
def made(photos, sources):
    """A task with its advice, model and judgement, by pixels."""
    sources(representations.Pixels)
    task = capstone.prepare(photos())
    advice = adviser.advise(task.learn, 60, progress=False)
    model = capstone.train(task, advice.best, progress=False)
    return task, advice, model, capstone.judge(task, model)


class Page(HTMLParser):
    """Gathers what a page is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def test_folder_holds_the_model_in_three_forms_that_agree(made, tmp_path):
    task, _, _, result = made
    saved = capstone.save(tmp_path / "sorter", *made)
    assert {path.name for path in saved.folder.iterdir()} == {
        "README.md", "model.keras", "model.tflite", "pipeline", "report.html", "results.json"
    }  # fmt: skip
    assert saved.begins_at == "pixels"
    assert [(check[0], check[3]) for check in saved.checks] == [
        ("pipeline", len(task.test)), ("model.keras", len(task.test)), ("model.tflite", len(task.test))
    ]  # fmt: skip
    assert adviser.load(saved.folder / "pipeline").predict(task.test.images) == [
        task.class_names[label] for label in result.said
    ]
    facts = json.loads((saved.folder / "results.json").read_text())
    assert facts["test"]["mean"] == result.accuracy.mean
    assert (facts["learned_from"], facts["tested_on"]) == (24, 8)
    assert facts["confusion"] == [[4, 0], [0, 4]]


def test_keras_file_predicts_the_same_in_a_process_without_the_course(made, tmp_path):
    saved = capstone.save(tmp_path / "sorter", *made)
    np.save(tmp_path / "pictures.npy", made[0].test.images)
    code = (
        "import sys, keras, numpy as np\n"
        "network = keras.saving.load_model(sys.argv[1])\n"
        "np.save('said.npy', network.predict(np.load('pictures.npy'), verbose=0))\n"
        "assert 'tlcourse' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, saved.folder / "model.keras"], cwd=tmp_path, check=True)
    assert np.abs(np.load(tmp_path / "said.npy") - made[3].probabilities).max() < 0.005


def test_card_says_what_it_is_worth_and_where_that_ends(made, tmp_path):
    text = (capstone.save(tmp_path / "sorter", *made).folder / "README.md").read_text()
    for words in (
        "# my photos",
        "8 right: an accuracy of 1.00",
        "the commonest class",
        "berries, plums",
        "## Limits",
        'model.predict(["new.jpg"])',
        "keras.saving.load_model",
    ):
        assert words in text


@pytest.mark.parametrize("turned", [False, True])
def test_prepared_photo_of_the_card_is_what_was_learned_from(made, tmp_path, monkeypatch, turned):
    text = (capstone.save(tmp_path / "sorter", *made).folder / "README.md").read_text()
    pixels = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION] = 6 if turned else 1
    Image.fromarray(pixels).save(tmp_path / "new.jpg", "PNG", exif=exif)
    monkeypatch.chdir(tmp_path)
    said = {}
    exec(re.search(r"(import numpy.*?)network = ", text, re.DOTALL)[1], said)
    assert said["given"].dtype == np.uint8
    assert np.array_equal(said["given"], datasets.read_image("new.jpg", 224)[None])


def test_report_needs_no_network_and_describes_its_pictures(made, tmp_path):
    text = (capstone.save(tmp_path / "sorter", *made).folder / "report.html").read_text()
    page = Page(text)
    assert "Made on the photos to learn from; those to test on had no part in it." in text
    assert page.all("html")[0]["lang"] == "en"
    assert all(image["alt"] and image["src"].startswith("data:") for image in page.all("img"))
    assert len(page.all("img")) == 8
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", text)
    assert not page.all("script")
    assert not page.all("link")
    assert all(cell["scope"] in ("row", "col") for cell in page.all("th"))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_report_shows_the_confident_mistakes_and_no_markup_of_the_data(made, tmp_path):
    task, advice, model, result = made
    wrong = result.probabilities[:, ::-1].copy()
    lying = type(result)("Lying <b>", result.class_names, result.truth, wrong, result.accuracy, 0.5)
    saved = capstone.save(tmp_path / "sorter", task, advice, model, result, without=lying)
    assert "Lying &lt;b&gt;" in (saved.folder / "report.html").read_text()
    text = saving.page._mistakes(task, lying)
    assert "8 of 8, the most confident first" in text
    assert f"<figcaption>{lying.mistakes[0]}</figcaption>" in text


def test_own_folder_is_replaced_and_a_foreign_one_is_not(made, tmp_path):
    saved = capstone.save(tmp_path / "sorter", *made)
    (saved.folder / "README.md").write_text("old")
    assert capstone.save(tmp_path / "sorter", *made).folder == saved.folder
    assert (saved.folder / "README.md").read_text() != "old"
    (saved.folder / "my notes.txt").write_text("mine")
    with pytest.raises(CannotSave, match="holds something else"):
        capstone.save(tmp_path / "sorter", *made)
    assert (saved.folder / "my notes.txt").read_text() == "mine"
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CannotSave):
        saving.check_folder(tmp_path / "file")


def test_nothing_is_saved_if_a_file_does_not_agree(made, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "by_litert", lambda file, inputs: np.full((len(inputs), 2), 0.5))
    with pytest.raises(CannotSave, match=r"model.tflite, read back, differs from model.keras"):
        capstone.save(tmp_path / "sorter", *made)
    assert [path.name for path in tmp_path.iterdir()] == ["my photos"]


def test_distance_of_keras_from_the_pipeline_is_told_and_not_limited(made, tmp_path, monkeypatch):
    for name in ("by_keras", "by_litert"):
        monkeypatch.setattr(export, name, lambda file, inputs: np.full((len(inputs), 2), 0.5))
    checks = capstone.save(tmp_path / "sorter", *made).checks
    assert checks[1][:2] == ("model.keras", "pipeline")
    assert checks[1][2] == pytest.approx(np.abs(made[3].probabilities - 0.5).max())


def test_interrupted_conversion_leaves_the_old_model(made, tmp_path, monkeypatch):
    saved = capstone.save(tmp_path / "sorter", *made)
    before = (saved.folder / "model.tflite").read_bytes()

    def stop(network):
        raise KeyboardInterrupt

    monkeypatch.setattr(litert, "convert", stop)
    with pytest.raises(KeyboardInterrupt):
        capstone.save(tmp_path / "sorter", *made)
    assert (saved.folder / "model.tflite").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"my photos", "sorter"}


def test_features_that_keras_cannot_make_are_where_the_files_begin(photos, sources, tmp_path):
    sources(representations.HandCrafted)
    saved = capstone.run(photos(), tmp_path / "sorter", 60, progress=False, say=lambda step: None)
    assert saved.begins_at == "features"
    assert "no layer of Keras computes HOG + colour" in (saved.folder / "README.md").read_text()
    model = adviser.load(saved.folder / "pipeline")
    given = model.features([next((tmp_path / "my photos" / "plums").glob("*.png")).as_posix()])
    said = export.by_keras(saved.folder / "model.keras", given)
    assert np.abs(said - export.by_litert(saved.folder / "model.tflite", given)).max() < 1e-4
    assert said.argmax() == 1


def test_shrunk_pixels_are_those_of_the_package(made):
    """Keras's layers shrink as Pillow does, but for its rounding to whole numbers."""
    _, _, model, result = made
    network = export.as_keras(model)
    assert network.inputs[0].shape == (None, 224, 224, 3)
    assert np.abs(network.predict(made[0].test.images, verbose=0) - result.probabilities).max() < 0.005
