"""The page of one distributor."""
