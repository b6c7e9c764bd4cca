"""How customers come and go: states by each one's own rhythm, gated on reports; handovers; retention."""
