"""The page: what was found, and the listeners themselves, as one HTML file that works from disk."""
