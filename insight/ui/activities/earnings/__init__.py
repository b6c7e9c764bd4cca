"""The cards of what activities earned, a module a subject."""
