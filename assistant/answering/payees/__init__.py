"""Answers about who was paid: names and 法人番号, over projects, each yen counted once."""
