"""The learning log as an xAPI Learning Record Store under /xapi/, versions 1.0.3 and 2.0.0 (docs/protocols/xapi.md).

Programs enter with a key and a secret that an administrator gave them, and may do what their scopes say. Statements from
outside are stored whole in this room's own tables, and each batch is a record in the learning log; the house's own records
go out as statements. It never changes a stored statement, and never tells a person's name without the scope `names`.
"""
