"""Ways to make a true sentence false: a number, a date, a name, a negation, a speaker, somebody's standing changed.

Nothing here is shared with `retrieval/verify`, so that what is measured is not what was written into the check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from benchmarks.quality.alterations.figures import date, number
from benchmarks.quality.alterations.names import name_elsewhere, name_here, names_swapped, surname
from benchmarks.quality.alterations.speakers import attributed_to_a_role, attribution, attribution_added
from benchmarks.quality.alterations.standing import standing_added, standing_left_out
from benchmarks.quality.alterations.wording import antonym, negation, refusal

if TYPE_CHECKING:
    import numpy as np

    from benchmarks.quality.alterations.names import Speech
    from retrieval.domain import Language

# A sentence, its language, chance, and the names there are → the sentence made false; None where it does not lend itself.
Alteration = Callable[["str", "Language", "np.random.Generator", "Speech"], str | None]
SPEECH: Final[Mapping[str, Alteration]] = {
    "attribution": attribution,
    "attribution to a role": attributed_to_a_role,
}
STANDING: Final[Mapping[str, Alteration]] = {
    "standing left out": standing_left_out,
    "standing added": standing_added,
}
WAYS: Final[Mapping[str, Alteration]] = {
    "number": number,
    "date": date,
    "name of the passage": name_here,
    "name from elsewhere": name_elsewhere,
    "names swapped": names_swapped,
    "negation": negation,
    "antonym": antonym,
    "attribution added": attribution_added,
    "surname": surname,
    "refusal": refusal,
}
