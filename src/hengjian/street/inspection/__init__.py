"""Inspection (现场检查): a drawn visit becomes one signed result, a ledger entry and a new class.

In:   draws (picks with their teams of two), items of the pack
Out:  ledger entries of kind "inspection" and "refused-inspection"
Law:  packs/cn/procedures/inspection.yaml
Read: services.record_result, rules.py, then effects.py
"""
