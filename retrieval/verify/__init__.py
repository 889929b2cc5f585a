"""Whether a sentence says what the passage it cites says, and nothing else."""

from retrieval.verify.check import check
from retrieval.verify.meaning import Meaning
from retrieval.verify.source import Fault, Source

__all__ = ["Fault", "Meaning", "Source", "check"]
