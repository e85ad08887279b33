"""Answers over many sheets: which of them count, their sums, rankings and changes."""
