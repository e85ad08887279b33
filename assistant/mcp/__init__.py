"""The sheets as tools of the Model Context Protocol, so that other assistants can cite them."""
