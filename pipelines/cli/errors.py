"""What a command raises when it cannot go on, and the exit code that follows."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
FAILED: Final = 1
WRONG_CALL: Final = 2


class CommandError(Exception):
    """Told to the user in its own words, without a traceback."""

    exit_code = FAILED


class JobFailedError(CommandError):
    """The call was right, but the work could not be done."""


class WrongCallError(CommandError):
    """The user can mend it: a wrong value, a missing option, a root that is no folder."""

    exit_code = WRONG_CALL
