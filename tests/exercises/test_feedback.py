"""What a learner sees of `check` and `hint`."""

import sys
from collections import Counter

import numpy as np
import pytest

from tlcourse.exercises import (
    ExerciseFailed,
    Mistake,
    UnknownExercise,
    Wrong,
    check,
    exercise,
    feedback,
    hint,
)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Forget which hints were revealed, and be lenient as in a learner's kernel."""
    monkeypatch.setattr(feedback, "_revealed", Counter())
    monkeypatch.delenv("TLCOURSE_STRICT", raising=False)


@pytest.fixture
def ask(monkeypatch):
    """Return a `check` for an exercise that the test makes up."""

    def make(verify):
        made = exercise("99.1", hints=["Think."], mistakes=[])(verify)
        monkeypatch.setattr(feedback, "find", lambda name: made)
        return lambda answer: check("99.1", answer)

    return make


def test_check_passes_a_right_answer():
    result = check("00.1", lambda p: int(np.argmax(p)))
    assert result.passed is True
    assert "Correct" in repr(result)


@pytest.mark.parametrize("answer", [..., (..., 1), {"a": ...}, lambda p: ...])
def test_check_of_an_untouched_stub_judges_nothing(answer):
    result = check("00.1", answer)
    assert result.passed is None
    assert 'exercises.hint("00.1")' in repr(result)


def test_check_tells_which_line_of_the_answer_failed(tmp_path):
    path = tmp_path / "cell.py"
    path.write_text("def answer(p):\n    return p / {}\n")
    scope = {}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    result = check("00.1", scope["answer"])
    assert result.passed is False
    assert "`return p / {}`" in result.message
    assert "TypeError" in result.message


def test_check_survives_an_answer_that_exits_or_never_ends():
    def deep(p):
        return deep(p)

    assert "SystemExit" in check("00.1", lambda p: exit()).message
    assert "RecursionError" in check("00.1", deep).message
    assert "takes 0 positional arguments" in check("00.1", lambda: 1).message


def test_check_lets_the_learner_interrupt():
    def slow(p):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("00.1", slow)


def test_check_whose_author_did_not_foresee_the_answer_still_answers(ask):
    result = ask(lambda answer: None if answer.shape == (3,) else "no")("text")
    assert result.passed is False
    assert "type str does not fit" in result.message


def test_check_gives_the_explanation_that_is_raised_or_returned(ask):
    def raising(answer):
        raise Wrong("It is upside down.")

    assert "It is upside down." in ask(raising)(1).message
    assert "It is inside out." in ask(lambda answer: "It is inside out.")(1).message


@pytest.mark.parametrize("answer", [..., np.argmin, lambda p: 1 / 0, "seven"])
def test_check_raises_when_strict(monkeypatch, answer):
    monkeypatch.setenv("TLCOURSE_STRICT", "1")
    with pytest.raises(ExerciseFailed, match=r"00\.1"):
        check("00.1", answer)


def test_check_of_a_right_answer_passes_when_strict(monkeypatch):
    monkeypatch.setenv("TLCOURSE_STRICT", "1")
    assert check("00.1", np.argmax).passed


def test_hint_reveals_one_at_a_time_and_then_names_the_solution():
    titles = [hint("00.1").title for _ in range(4)]
    assert titles[:3] == [f"Hint {n} of 3 for exercise 00.1" for n in (1, 2, 3)]
    assert "solutions" in hint("00.1").message


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownExercise, match=r"'00\.11'.*'00\.1'"):
        check("00.11", 1)
    with pytest.raises(UnknownExercise, match=r"'0\d\.1'"):
        hint(0.1)


def test_html_escapes_the_answer_and_does_not_speak_by_colour_alone():
    page = check("00.1", "<script>")._repr_html_()
    assert "<script>" not in page
    assert "not yet" in page


def test_lesson_whose_import_fails_is_not_taken_for_a_missing_one(monkeypatch):
    def broken(name):
        if name.endswith("lesson_00"):
            raise ModuleNotFoundError("No module named 'nowhere'", name="nowhere")
        return sys.modules[name]

    monkeypatch.setattr("tlcourse.exercises.registry.importlib.import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        check("00.1", 1)


def test_mistake_that_is_a_value_is_explained(ask):
    from tlcourse.exercises import compare

    wrong = [Mistake(0.25, "That is the error, not the accuracy.")]
    assert "not the accuracy" in ask(lambda a: compare(a, 0.75, mistakes=wrong))(0.25).message
