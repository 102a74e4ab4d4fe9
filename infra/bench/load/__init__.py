"""Load generators of ours: cheap, since they share the processors with what they measure, and they check every answer."""
