"""The arithmetic of continuing education: rule sets, cycles, hours. Plain values in, plain values out."""
