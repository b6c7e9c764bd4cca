"""Channel Insight: what really happens between manufacturer, distributors and terminals."""

__version__ = "0.1.0"
