"""Videos: an uploaded file becomes encrypted HLS streams, or is refused with a reason that a person understands.

Enter by `actions`, `queries` and `tasks`. Knows nothing of lessons, learners or credit, and never leaves a readable
segment where it is served.
"""
