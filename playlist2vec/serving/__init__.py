"""The server: the page of a run and its suggestions over HTTP, for browsers and programs of one
machine.
"""
