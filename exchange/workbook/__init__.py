"""Read and write Excel workbooks, cell by cell and within limits."""
