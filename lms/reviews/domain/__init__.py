"""What may become of a claim, what an evidence file may be: plain rules."""
