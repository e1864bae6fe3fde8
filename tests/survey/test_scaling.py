"""What the lesson reads of the measured speed-ups."""

import json

import numpy as np

from tlcourse.survey import scaling


def seconds(one, two):
    return {"fine-tuning": {16: {scaling.WAYS[0]: one, scaling.WAYS[1]: two}}}


def test_speed_up_is_taken_round_by_round():
    measured = scaling.Scaling({}, seconds([2.0, 8.0], [1.0, 2.0]), [1.0, 2.0], {})
    np.testing.assert_allclose(measured.speed_ups("fine-tuning")[16].values, (2, 4))


def test_start_of_the_cluster_counts_where_asked():
    measured = scaling.Scaling({}, seconds([2.0, 8.0], [1.0, 2.0]), [1.0, 2.0], {})
    np.testing.assert_allclose(measured.speed_ups("fine-tuning", start=True)[16].values, (1, 2))


def test_written_results_read_back_the_same(tmp_path, monkeypatch):
    measured = scaling.results()
    monkeypatch.setattr(scaling, "RESULTS", tmp_path / "scaling.json")
    scaling.RESULTS.write_text(measured.to_json(), "utf-8")
    assert scaling.results() == measured


def test_stored_results_have_every_way_in_as_many_rounds():
    measured = scaling.results()
    assert tuple(measured.seconds) == scaling.TASKS
    for amounts in measured.seconds.values():
        for times in amounts.values():
            assert tuple(times) == scaling.WAYS
            assert {len(rounds) for rounds in times.values()} == {len(measured.starts)}


def test_stored_results_name_the_machine_and_nothing_private():
    stored = json.loads(scaling.RESULTS.read_text("utf-8"))
    assert set(stored["machine"]) == {"processor", "cores", "TensorFlow", "Keras", "Dask"}
    assert "/" not in json.dumps(stored["machine"])


def test_ways_came_to_the_same():
    differences = scaling.results().differences
    assert differences["features"] <= 1e-4
    assert differences["loss"] <= 1e-3
