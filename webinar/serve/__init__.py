"""The one-process runner: everything that `make run` needs, in one process and its children.

``runner`` puts the parts together and takes them down again; each other module is one part.
"""
