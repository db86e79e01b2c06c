"""Histories cut by time: what is learned from, what is asked on validation, and what is asked once,
in the test.
"""
