"""Whether a sentence says what the passage it cites says, and nothing else."""

from retrieval.verify.source import Fault, Source

__all__ = ["Fault", "Source"]
