"""The channel as a network: what it measures and how it is made drawable. Frames in, frames out."""
