"""When papers are passed, and how a venue is staffed. Plain values in, plain values out."""
