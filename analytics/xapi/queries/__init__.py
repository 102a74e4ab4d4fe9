"""Reading the store: clients, statements by every filter, documents, activities and persons."""

from analytics.xapi.queries.documents import Found, document, names_on_shelf
from analytics.xapi.queries.programs import Client, client_of, clients
from analytics.xapi.queries.stored import (
    Asked,
    Page,
    Stored,
    attachments_of,
    consistent_through,
    definitions,
    last_version,
    names_of_persons,
    one_statement,
    statements,
    words_for_agent,
)

__all__ = [
    "Asked",
    "Client",
    "Found",
    "Page",
    "Stored",
    "attachments_of",
    "client_of",
    "clients",
    "consistent_through",
    "definitions",
    "document",
    "last_version",
    "names_of_persons",
    "names_on_shelf",
    "one_statement",
    "statements",
    "words_for_agent",
]
