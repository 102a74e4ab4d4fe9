"""The zoo: clients that cheat, written from docs/protocols/watching.md alone, and honest ones beside them.

Each bot runs for a bounded time against the real processes. What it was entitled to is told by `oracle`, from what it truly
did; what it was given is read by `ledger` from the database, never from an answer. The difference is the leak, and must be 0.
Nothing here is imported from `player`, so that a mistake there cannot repeat itself here; `seeding` alone sets the stage
through the house's own doors. docs/zoo.md tells how to read the table.
"""
