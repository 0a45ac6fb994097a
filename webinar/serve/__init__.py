"""The one-process runner: everything that `make run` needs, in one process and its children.

``runner`` starts and stops the parts; each other module is one part.
"""
