"""One try after the other: sockets, what an answer means, and whether to go on. Used by the client alone."""
