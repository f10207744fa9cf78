"""What `tools/writers.py` is made of: a small world that departments write to, and ways of disturbing them."""
