"""The quizzes: every one is well formed, and shows itself with nothing but HTML."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tlcourse.exercises import UnknownExercise, questions, quiz
from tlcourse.exercises.questions import Choice, Question, Quiz

LESSONS = [path.name[:2] for path in sorted((Path(__file__).parents[2] / "notebooks" / "src").glob("*.py"))]


def test_there_is_a_quiz_for_every_lesson_and_for_no_other():
    assert sorted(path.stem for path in questions.QUIZZES.iterdir()) == LESSONS


@pytest.mark.parametrize("lesson", LESSONS)
def test_quiz_has_a_few_questions_each_with_one_right_choice_and_all_explained(lesson):
    asked = quiz(lesson).questions
    assert 3 <= len(asked) <= 5
    assert len({question.ask for question in asked}) == len(asked)
    for question in asked:
        assert question.ask.endswith("?")
        assert len(question.choices) >= 3
        assert sum(choice.right for choice in question.choices) == 1
        for field in ("text", "why"):
            told = [getattr(choice, field) for choice in question.choices]
            assert len(set(told)) == len(told)
            assert all(re.fullmatch(r"\S[^!]*\S[.]", text) for text in told), told


def test_right_choice_does_not_always_stand_in_the_same_place():
    for lesson in LESSONS:
        places = [[c.right for c in question.choices].index(True) for question in quiz(lesson).questions]
        assert len(set(places)) > 1, lesson


def test_right_choice_is_not_known_by_its_length():
    asked = [question for lesson in LESSONS for question in quiz(lesson).questions]
    longest = sum(max(question.choices, key=lambda choice: len(choice.text)).right for question in asked)
    assert longest / len(asked) < 0.5


def test_lesson_may_be_given_as_a_number():
    assert quiz(5) == quiz("05")


@pytest.mark.parametrize("name", ["99", "../00", "five", "०५"])
def test_unknown_lesson_is_named_with_the_nearest(name):
    with pytest.raises(UnknownExercise, match=r"no quiz .*00"):
        quiz(name)


MADE = Quiz(
    "99",
    (
        Question(
            "Is `a < b` *always* so?",
            (Choice("No.", "Not for a = b.", True), Choice("Yes.", "It says <script>.")),
        ),
    ),
)


class Plain(HTMLParser):
    """What is seen of a page while everything is folded, and what in all."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.folded, self.seen, self.hidden = [], False, "", ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.folded |= tag == "div"

    def handle_endtag(self, tag):
        self.folded &= tag != "div"

    def handle_data(self, data):
        if self.folded:
            self.hidden += data
        else:
            self.seen += data


def test_page_shows_questions_and_choices_and_folds_the_reasons_away():
    page = Plain(MADE._repr_html_())
    assert page.seen == "Is a < b always so?No.Yes."
    assert page.hidden == "✓ Right. Not for a = b.✗ Not so. It says <script>."
    assert [tag for tag, _ in page.tags].count("details") == 2
    assert all("open" not in attributes for tag, attributes in page.tags if tag == "details")


def test_page_needs_no_script_no_network_and_no_place_of_its_own():
    page = Plain(MADE._repr_html_())
    used = {tag for tag, _ in page.tags}
    assert used == {"ol", "li", "details", "summary", "div", "strong", "code", "em"}
    assert not any({"id", "src", "href", "onclick"} & set(attributes) for _, attributes in page.tags)


def test_page_is_the_same_each_time_and_small():
    for lesson in LESSONS:
        assert quiz(lesson)._repr_html_() == quiz(lesson)._repr_html_()
        assert len(quiz(lesson)._repr_html_().encode()) < 12_000


def test_text_gives_the_answers_after_all_questions():
    assert repr(MADE).splitlines() == [
        "Quiz of lesson 99",
        "",
        "1. Is `a < b` *always* so?",
        "   (a) No.",
        "   (b) Yes.",
        "",
        "Answers",
        "1a ✓ Right. Not for a = b.",
        "1b ✗ Not so. It says <script>.",
    ]
