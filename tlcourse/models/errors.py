"""What can go wrong with a network: one class for each refusal, one sentence in each message."""

from tlcourse.assets.errors import AssetError


class ModelError(ValueError):
    """A network was asked for that cannot be given."""


class UnknownModel(ModelError):
    """A model was asked for by a name that does not exist."""


class UnknownWeights(ModelError):
    """A model was asked for with a kind of weights that does not exist."""


class UnknownLayer(ModelError):
    """A backbone was asked to be cut at a layer it does not have."""


class UnsuitableSize(ModelError):
    """A model was asked to take pictures of a size that it cannot."""


class NoHead(ModelError):
    """A model was asked for with a classification head that it does not have."""


class UnreadableModel(ModelError):
    """A folder is not, or no longer, what `models.save` wrote."""


class UnusableNetwork(ModelError):
    """A network of one's own, or its backbone, is not of the form that the course works with."""


class WrongRange(ModelError):
    """Pictures were given that are scaled already, or are no pixels from 0 to 255."""


class WeightsOutOfReach(AssetError):
    """A network's official weights cannot be had from their host."""
