"""Import a register of existing reviews from a workbook, and export it."""
