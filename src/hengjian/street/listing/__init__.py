"""Listing (名单与约束): which acts a live record stops, for whom, on what basis and until when.

In:   live ledger entries; locks of packs/*/catalogues/locks.yaml
Out:  answers to “may this act go on?”, each kept with the locks it named
Law:  企业信息公示暂行条例第18条；严重违法失信名单管理办法第15条；packs/tianjin/catalogues/locks.yaml
Read: rules.py, then queries.py

A restriction is never stored: it follows from a live record, so it opens on the day the record ends or its term is
over, also when nothing runs, and none can stand without its cause.
"""
