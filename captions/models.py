"""Models of `captions`."""
