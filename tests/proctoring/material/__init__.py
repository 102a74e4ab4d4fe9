"""Films of heads that do as they are told, and of all that pretends to: made from one public-domain photograph, by seed."""
