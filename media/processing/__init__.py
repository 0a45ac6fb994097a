"""Makes recordings from captures: pure steps over files, without Django, each in a child process.

``choosing`` says which parts of a capture belong to a recording. The steps of ``STEPS`` (see ``__main__``) probe them,
join them into one MP4 without re-encoding, check that a file can be read, and make its pictures and checksum.
``running`` starts a step and ends it when it takes too long. A step that is killed leaves nothing under the names of
its results: they appear whole or not at all.
"""
