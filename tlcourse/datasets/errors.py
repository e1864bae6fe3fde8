"""What can go wrong between a file and a labelled picture or text, one class for each."""


class DatasetError(Exception):
    """Base of every error that `tlcourse.datasets` raises on purpose."""


class UnknownDataset(DatasetError):
    """No data set has the name given."""


class BadOption(DatasetError, ValueError):
    """An argument has a value that no call could use."""


class UnreadableImage(DatasetError):
    """A file could not be turned into a picture; `reason` says why in a few words."""

    def __init__(self, path, reason: str):
        super().__init__(f"{path}: {reason}.")
        self.reason = reason


class UnreadableTexts(DatasetError):
    """A file of texts is missing, of another kind, or broken from some row on."""


class MissingColumn(DatasetError):
    """A table of texts lacks a column that was asked for."""


class NoOfficialSplit(DatasetError):
    """The makers of a data set did not say what is for learning and what for judging."""


class NotAFolder(DatasetError):
    """The path given to `load_folder` does not exist, or is a file."""


class NothingToLoad(DatasetError):
    """Not one photo or text could be loaded; `report` names what was met."""

    def __init__(self, message: str, report):
        super().__init__(message)
        self.report = report


class ClassTooSmall(DatasetError):
    """A class has too few different pictures or texts to be in every part of a split."""


class LeftOutWarning(UserWarning):
    """A folder or a table was loaded, but something in it was left out or will be in the way."""
