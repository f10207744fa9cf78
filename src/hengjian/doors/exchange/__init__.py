"""Exchange (数据交换): other systems follow the public projection, by asking for what changed or by being told.

In:   the public projection; peers from packs/*/catalogues/peers.yaml; their addresses and keys from HENGJIAN_PEERS
Out:  feeds of changes and of what is no longer public; signed pushes with receipts; what peers answered
Law:  信用修复跨系统协同三个工作日 (packs/tianjin/terms/repair.yaml)
Read: lines.py, then sending.py
"""
