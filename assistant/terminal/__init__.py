"""The terminal face: answers printed for people, and the chat prompt."""
