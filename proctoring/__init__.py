"""Who is watching: consent and faces kept, checks of presence over a socket, held time and how it is released."""
