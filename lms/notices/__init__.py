"""What the house tells a person: in the message centre, by e-mail, by SMS. The row is the queue (docs/adr/0007).

Every room above may enter, by `actions.send` and by registering its kinds of notice in `kinds`. It knows persons and how to
reach them; it never decides who must be told what, and never what a person has earned.
"""
