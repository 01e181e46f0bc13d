"""Workflows as frozen data, their guards, their validation and the machine built from them."""
