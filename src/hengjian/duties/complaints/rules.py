"""Decisions of complaints that can be computed on paper."""
