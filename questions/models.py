"""Models of `questions`."""
