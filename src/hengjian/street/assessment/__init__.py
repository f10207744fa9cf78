"""Assessment (信用风险分类): every entity's class under each ruleset, with its reasons.

In:   ledger entries and their closings (by row), the warehouse mirror of both (by column)
Out:  the current class of each entity and its history; what-if comparisons; the way back to a better class
Law:  packs/tianjin/rules, packs/cn/rules
Read: services.recompute_all, then rules.way_back; docs/algorithms/classification.md
"""
