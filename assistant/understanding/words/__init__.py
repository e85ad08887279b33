"""What the words of a question are: years, amounts, operations, fields, politeness."""
