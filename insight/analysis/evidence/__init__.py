"""What stands behind the effects of activities: their order, their checks, their course and their slices."""
