"""Messages: composing, releasing, sending them, and the transports."""
