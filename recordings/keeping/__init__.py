"""How long recordings are kept, how much space they take, and how they are deleted: first into the bin."""
