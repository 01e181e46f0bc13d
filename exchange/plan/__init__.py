"""Exchange an agency's action plan as a workbook and compare it with the record."""
