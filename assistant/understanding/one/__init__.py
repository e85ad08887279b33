"""Questions about one project: its fields, its lists' rows, its reasons and what is taken for granted of it."""
