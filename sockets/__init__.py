"""The socket protocol (docs/contract.md §4): frames, admission, commands, and changes for connected sockets."""
