"""How long to fine-tune, and how fast."""

from dataclasses import dataclass
from typing import Literal


class CannotFineTune(ValueError):
    """What was given cannot be fine-tuned on: one class, a depth that does not exist, a strange schedule."""


@dataclass(frozen=True)
class Schedule:
    """How long to train, and how fast.

    Attributes
    ----------
    head_epochs : int
        Passes over the training pictures while the whole backbone is frozen.
    head_rate : float
        Adam's learning rate in that phase.
    epochs : int
        Passes with the unfrozen blocks; 0 leaves it at the head.
    rate : float
        Adam's learning rate for head and topmost block in that phase.
    decay : float
        Each block further down learns at `decay` times the rate of the one above (discriminative rates,
        Howard and Ruder 2018); 1 gives all the same.
    patience : int or None
        A phase ends after so many passes without a lower validation loss; None trains to its end. Either way
        the weights of the lowest validation loss are kept.
    batch_size : int
        Pictures for each update.
    mirror : bool
        Show each training picture as it is or mirrored, at random. Validation pictures stay as they are.
    l2_sp : float
        How strongly each unfrozen weight of the source is pulled back to where it started (L2-SP: Li,
        Grandvalet and Davoine 2018): `l2_sp` times the way it has gone is added to its gradient. The head's
        own weights are free. 0 pulls at none.
    batch_norm : {"inference", "training"}
        Whether batch normalisation keeps the source's statistics. "training" replaces them by those of each
        small batch: a classic mistake, here to be shown.
    """

    head_epochs: int = 30
    head_rate: float = 3e-3
    epochs: int = 15
    rate: float = 1e-4
    decay: float = 1.0
    patience: int | None = 5
    batch_size: int = 16
    mirror: bool = True
    l2_sp: float = 0.0
    batch_norm: Literal["inference", "training"] = "inference"

    def __post_init__(self):
        counts = {"head_epochs": 0, "epochs": 0, "batch_size": 1}
        for name, least in counts.items():
            if getattr(self, name) < least:
                raise CannotFineTune(f"{name} is {getattr(self, name)}; give at least {least}.")
        for name in ("head_rate", "rate", "decay"):
            if not 0 < getattr(self, name) < float("inf"):
                raise CannotFineTune(
                    f"{name} is {getattr(self, name)}; give a number above 0, such as 0.001."
                )
        if not 0 <= self.l2_sp < float("inf"):
            raise CannotFineTune(f"l2_sp is {self.l2_sp}; give 0, for no pull, or a number above it.")
        if self.batch_norm not in ("inference", "training"):
            raise CannotFineTune(f"batch_norm is {self.batch_norm!r}; give 'inference' or 'training'.")
