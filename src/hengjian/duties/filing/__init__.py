"""Filing supervision (信息归集督查): whether each department files what it owes, in time, complete and right.

In:   tallies of deliveries, accepted rows, entities of the register
Out:  figures of each source, alarms of silent ones, re-checked samples, frozen monthly reports
Law:  packs/cn/terms/filing.yaml, packs/cn/terms/filing-supervision.yaml
Read: rules.py, figures.py, docs/algorithms/filing.md
"""
