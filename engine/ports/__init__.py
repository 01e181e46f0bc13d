"""The interfaces to what the engine needs from outside: a store, an outbox and the present."""
