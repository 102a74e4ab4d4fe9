"""This person takes this edition: who may study what, from when until when.

Entered by actions and queries. It never counts time and never asks what an edition costs.
"""
