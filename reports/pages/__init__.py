"""Lay each report out as a page that any format can print."""
