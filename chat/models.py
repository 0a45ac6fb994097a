"""Models of `chat`."""
