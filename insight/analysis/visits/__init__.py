"""Joint visits as exposures: when a terminal's visit begins something new, and what its sales or calls did afterwards."""
