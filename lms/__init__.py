"""Who may learn, what it earns: the top floor. Rooms are entered by their actions, queries, signals and domain."""
