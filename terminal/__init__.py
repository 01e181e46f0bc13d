"""The parts of the command line: read input, ask for what is missing, print results and errors.

Importing this package costs no more than importing click.
"""
