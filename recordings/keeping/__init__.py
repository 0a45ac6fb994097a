"""How long recordings are kept, how much room they take, and how they go: first into the bin, then for good."""
