"""Studio and watch page."""
