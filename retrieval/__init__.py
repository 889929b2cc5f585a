"""Retrieval: turn a Question into an Answer. Imports neither `ingest` nor `bot`."""

import os

# Before numpy loads: its products here are small, and a thread of its own for them goes on spinning for 24 ms after each, on
# the core that Chroma and ONNX Runtime wait for (30 ms of processor time a question rather than 13).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
