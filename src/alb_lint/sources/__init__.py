"""Bytes or API → model. A source translates and never judges; the table below is all there is to register."""
