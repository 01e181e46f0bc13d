"""Exchange data with Excel: action plans for agencies, and registers of existing reviews."""
