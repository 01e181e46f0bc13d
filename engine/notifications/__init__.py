"""Compose, release and send messages, by several transports."""
