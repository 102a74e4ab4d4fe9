"""Regions and the organisations in them: enterprises, institutions, authorities, exam venues, and who belongs to which.

Every room above may enter, by actions and queries. It decides whose people and whose area a person may see; it holds no
course, no hours and no seats.
"""
