"""The writing door of the exchange: gathering what must be sent, sending it, taking in what comes, comparing both sides."""

from lms.exchange.actions.gathering import gather, gather_comparison, name_peer
from lms.exchange.actions.receiving import Misused, Stranger, receive
from lms.exchange.actions.sending import send_message, waiting

__all__ = ["Misused", "Stranger", "gather", "gather_comparison", "name_peer", "receive", "send_message", "waiting"]
