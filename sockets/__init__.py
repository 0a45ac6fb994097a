"""The socket's protocol (docs/contract.md §4): frames, getting in, commands, and what changes for those who are in."""
