"""The sentences pages say: deterministic, guarded, every number from the answer the chart shows."""
