"""Why no advice can be given; each sentence says what to do."""


class AdviceError(Exception):
    """Base of every error that `tlcourse.adviser` raises on purpose."""


class UnusableData(AdviceError):
    """Nothing can be learned from the data as they are; `report` holds all that was found."""

    def __init__(self, message: str, report=None):
        super().__init__(message)
        self.report = report


class BudgetTooSmall(AdviceError, ValueError):
    """There is no time even for the cheapest candidate, or the budget is no number of seconds."""


class OtherSize(AdviceError, ValueError):
    """Pictures are of another size than those a pipeline was fitted on."""


class CannotSave(AdviceError):
    """A folder holds something else, or no pipeline."""
