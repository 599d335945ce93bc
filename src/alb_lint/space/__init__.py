"""Exact sets of strings, addresses and repeated keys, and who covers whom. Knows no AWS, no rules, no input or output.

The idea that carries it all (README.md beside this file): to decide a claim over all strings it is enough to look at few, the generic
ones, in which every wildcard is filled with a character that nothing mentions.
"""
