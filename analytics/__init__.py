"""What happened: the learning log, and above it the reading room that reads the log and nothing else."""
