"""Follow-ups: a question that leaves something out takes it from the query before it."""
