"""Evidence about the engine of effects: companies made up with known effects, and how well they are read back."""
