"""The page of one terminal: who it is, its cards, and what to do next."""
