"""Models of `polls`."""
