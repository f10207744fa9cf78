"""Procedure (办理程序): every matter walks states by acts that the pack defines, and leaves a chained record.

In:   definitions from packs/*/procedures, acts of officers
Out:  proceedings with number, owner, chained events, clocks and their deadlines
Law:  行政处罚法 §47 (全过程记录); each act carries its own article
Read: services.act, rules.py, docs/algorithms/procedure.md, then docs/how-to/add-a-procedure.md
"""
