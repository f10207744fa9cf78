"""Repair (信用修复): may a record leave before its term, who says so, and what follows everywhere.

In:   records of the ledger, their notices, decided cases; applications of firms, of windows, of the credit website
Out:  ledger entries of kind "repair" (what is repaired, and what leaves with it), records restored after fraud
Law:  packs/cn/procedures/credit-repair.yaml, catalogues/repair-ways.yaml, repair-handling.yaml; 市场监管总局令第107号
Read: rules.eligibility, then services.apply, then effects.py
"""
