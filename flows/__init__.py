"""Orchestration: which step, in which order, in which batches, and what counts as a failure."""
