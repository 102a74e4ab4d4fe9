"""What runs the house and checks it: installing, the supervisor behind `make demo`, the checks behind `make test`.

Nothing in the rooms imports from here.
"""
