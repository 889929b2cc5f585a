"""Everything a reader waits for, measured against what they would use instead: `python -m benchmarks.speed`."""
