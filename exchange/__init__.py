"""An agency's action plan as a workbook: written, filled in by the agency, read again, and compared."""
