"""Draw (双随机抽取): who is visited, and by whom, decided by chance that a stranger can repeat.

In:   the register, current classes, officers with certificates, a plan
Out:  picks with two officers each, a public bundle with its own verifier
Law:  packs/cn/terms/draw.yaml; docs/algorithms/draw.md
Read: services.hold, then lottery.py
"""
