"""Persons: how they sign in, who they really are, which roles they have, which licences they must keep alive.

Every other room of `lms` may enter, by actions, queries, roles and domain. It knows no organisation and no course,
and it never lets a document number out but masked.
"""
