"""What to know of a network before using it."""

from dataclasses import dataclass, fields
from html import escape

from tlcourse.assets import Card

_COLUMNS = ("year", "source data", "parameters", "multiply-adds", "input", "weights")


@dataclass(frozen=True, repr=False)
class ModelCard(Card):
    """A card with the facts of a network, counted without its classification head.

    Attributes
    ----------
    year : int
        When its paper was published.
    source_data : str
        What it was trained on.
    parameters : int
    multiply_adds : int
        Multiplications, each with its addition, that one picture of `input_size` takes.
    input_size, minimum_size : int
        Height and width of the pictures it was made for, and the least it can take.
    preprocessing : str
        What is done to pixels before it sees them.
    weights : str
        Where they come from.
    layers : tuple of str
        Where it may be cut, from shallow to deep.

    Examples
    --------
    >>> ModelCard("toy", "A toy", year=2020, parameters=1200, input_size=28, layers=("first", "second"))
    toy: A toy
      year       2020
      parameters 1,200
      input      28 × 28 pixels
      layers     first, second
    """

    year: int = 0
    source_data: str = ""
    parameters: int = 0
    multiply_adds: int = 0
    input_size: int = 0
    minimum_size: int = 0
    preprocessing: str = ""
    weights: str = ""
    layers: tuple[str, ...] = ()

    def facts(self) -> dict[str, str]:
        """Return the facts as texts, under the names to show them by."""
        least = f", at least {self.minimum_size}" if self.minimum_size else ""
        shown = {
            "year": str(self.year or ""),
            "source data": self.source_data,
            "parameters": f"{self.parameters:,}" if self.parameters else "",
            "multiply-adds": f"{self.multiply_adds / 1e6:,.0f} million" if self.multiply_adds else "",
            "input": f"{self.input_size} × {self.input_size} pixels{least}" if self.input_size else "",
            "preprocessing": self.preprocessing,
            "weights": self.weights,
            "layers": ", ".join(self.layers),
        }
        return {label: value for label, value in shown.items() if value}

    def _lines(self) -> list[tuple[str, str]]:
        inherited = [(field.name, getattr(self, field.name)) for field in fields(Card)[2:]]
        return [(label, value) for label, value in inherited if value] + [*self.facts().items()]


class Cards(list):
    """Cards of several networks, which a notebook shows as one table."""

    def __repr__(self) -> str:
        return "\n".join(f"{card.name}: {card.title}" for card in self)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{column}</th>" for column in ("network", *_COLUMNS))
        rows = "".join(
            "<tr>"
            + f"<td><b>{escape(card.name)}</b></td>"
            + "".join(f"<td>{escape(card.facts().get(column, ''))}</td>" for column in _COLUMNS)
            + "</tr>"
            for card in self
        )
        return f"<table><tr>{head}</tr>{rows}</table>"
