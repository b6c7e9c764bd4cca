"""Charts: a frame in, a chart out. A chart computes nothing; it places what it is given."""
