"""What runs inside the product's own processes while it is measured: settings, empty views, an echo, and loaders of data.

Each loader is a module that is run with one JSON object and prints `RESULT` and another one: see `task`.
"""

NOTHING = bytes(16)  # what the empty views answer: as long as a key
