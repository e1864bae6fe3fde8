"""Where `quiet_stderr` was before `tlcourse.words` needed it too; lessons still import it from here."""

from tlcourse.quiet import quiet_stderr

__all__ = ["quiet_stderr"]
