"""The short quiz of each lesson: questions whose every answer, right or wrong, opens into its reason.

They are written in ``quizzes/NN.toml``, and shown with plain HTML alone, so that they also open where nothing
computes: in a stored notebook, in the book, without a script and without a network.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tlcourse.exercises.feedback import MARKS, prose
from tlcourse.exercises.registry import UnknownExercise

QUIZZES = Path(__file__).with_name("quizzes")


@dataclass(frozen=True)
class Choice:
    """One answer to choose, why it is right or wrong, and which of the two it is."""

    text: str
    why: str
    right: bool = False

    @property
    def verdict(self) -> str:
        """The mark and the word that open the reason."""
        return f"{MARKS[self.right][0]} {'Right' if self.right else 'Not so'}."


@dataclass(frozen=True)
class Question:
    """A question and its choices, one of which is right."""

    ask: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, repr=False)
class Quiz:
    """The questions of one lesson."""

    lesson: str
    questions: tuple[Question, ...]

    def __repr__(self) -> str:
        asked, answers = [], []
        for number, question in enumerate(self.questions, 1):
            asked += ["", f"{number}. {question.ask}"]
            for letter, choice in zip("abcdef", question.choices, strict=False):
                asked.append(f"   ({letter}) {choice.text}")
                answers.append(f"{number}{letter} {choice.verdict} {choice.why}")
        return "\n".join([f"Quiz of lesson {self.lesson}", *asked, "", "Answers", *answers])

    def _repr_html_(self) -> str:
        return f'<ol class="tlcourse-quiz">{"".join(map(_item, self.questions))}</ol>'


def quiz(lesson: str) -> Quiz:
    """Return the quiz of a lesson; a notebook shows it, and each answer opens into why it is right or wrong.

    Nothing is counted or kept: choose an answer in your mind, then open it, and the others too.

    Examples
    --------
    >>> print(str(quiz("00"))[:17])
    Quiz of lesson 00
    >>> len(quiz("00").questions)
    4
    """
    # A number is what one gets by forgetting the quotes.
    number = str(lesson).zfill(2)
    path = QUIZZES / f"{number}.toml"
    if not re.fullmatch("[0-9]{2}", number) or not path.exists():
        from tlcourse.assets.errors import suggest

        known = sorted(path.stem for path in QUIZZES.glob("*.toml"))
        raise UnknownExercise(f"There is no quiz for a lesson {number!r}.{suggest(number, known)}")
    asked = tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
    return Quiz(
        number,
        tuple(Question(q["ask"], tuple(Choice(**choice) for choice in q["choices"])) for q in asked),
    )


def _item(question: Question) -> str:
    return (
        f'<li style="margin-bottom: 1em">{prose(question.ask)}{"".join(map(_answer, question.choices))}</li>'
    )


def _answer(choice: Choice) -> str:
    edge = f"border-left: 4px solid {MARKS[choice.right][1]}; margin: 0.2em 1.1em; padding-left: 0.8em"
    return (
        f'<details style="margin: 0.3em 0"><summary style="cursor: pointer">{prose(choice.text)}</summary>'
        f'<div style="{edge}"><strong>{choice.verdict}</strong> {prose(choice.why)}</div></details>'
    )
