"""What a terminal could buy (potential) and what it does not buy yet (white space), estimated from terminals like it."""
