"""The socket's protocol (API contract §4): frames, getting in, commands, and what changes for those who are in."""
