"""Intake (归集): department files and API batches come in; every row ends in exactly one place.

In:   files as departments really send them (CSV in UTF-8 or GB18030, xlsx), and the same over the API
Out:  accepted rows, which the register and the ledger pull; rejected rows, which go back with reasons
Law:  packs/cn/records (kinds of record, their fields, headings, privacy)
Read: rules.py (what a delivery promises), services.py (receive, process), docs/algorithms/intake.md
"""
