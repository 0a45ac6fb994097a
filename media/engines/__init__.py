"""The media engines: child processes, one package each, started as ``python -m media.engines.<name>``.

They never load Django and import nothing of the product. They read commands as JSON lines from stdin, write events as
JSON lines to stdout, and finish cleanly when stdin ends.
"""
