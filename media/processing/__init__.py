"""Makes recordings of what captures left: pure steps over files, without Django, each in a child process.

``choosing`` says which parts of a capture belong to a recording. The steps of ``STEPS`` (see ``__main__``) probe them,
join them into one MP4 without encoding anything again, look whether a file can be read, take pictures of it and its
checksum. ``running`` starts a step and ends it when it takes too long. A step that is killed leaves nothing under the
names of its results: they appear whole or not at all.
"""
