"""Answers about one project: its boxes, figures, lists, opinions and reasons."""
