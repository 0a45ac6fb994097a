"""Models of `stage`."""
