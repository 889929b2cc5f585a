"""What fails around us: a full disk, too many open files, a stream that takes nothing more. Each is one line, and no fault of ours."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Final

from retrieval.errors import DepecheError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

TOO_MANY_FILES: Final = re.compile(r"too many open files", re.I)
FILES_ADVICE: Final = "Allow more: ulimit -n 1024."

_HINTS: Final = {
    errno.ENOSPC: "Make room there.",
    errno.EDQUOT: "Make room there.",
    errno.EMFILE: FILES_ADVICE,
    errno.ENFILE: "The system has too many files open; end what is not needed.",
    errno.EACCES: "Change its rights.",
    errno.EPERM: "Change its rights.",
    errno.EROFS: "Choose a folder that can be written.",
    errno.ENOMEM: "Free some memory.",
    errno.EIO: "See whether the disk is failing.",
    errno.EBADF: "See where the command's output goes.",
    errno.ENAMETOOLONG: "Give a shorter one.",
    errno.EFBIG: "Make room there.",
}


def blamed(error: BaseException) -> DepecheError | None:
    """Return what to say where `error`, or what it came of, is the surroundings' fault; None where it is nobody's but ours."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in _HINTS:
            return _line(one.errno, one.filename)
        if isinstance(one, MemoryError):
            return _line(errno.ENOMEM, None)
        if TOO_MANY_FILES.search(str(one)):  # as the cores of other languages tell of it
            return _line(errno.EMFILE, None)
    return None


def _line(number: int, name: object) -> DepecheError:
    where = os.fsdecode(name) if isinstance(name, str | bytes) else ""
    what = Phrase("Standard output is closed") if number == errno.EBADF else os.strerror(number)
    return DepecheError(Phrase("{place}: {what}", place=where, what=what) if where else what, _HINTS[number])


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__
