"""Hengjian 衡鉴: an open platform for market supervision (市场监管)."""

__version__ = "0.1.0"
