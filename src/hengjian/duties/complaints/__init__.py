"""Complaints (投诉举报): from what a citizen tells to a settled dispute, a checked report and a lead.

In:   the portal, the hotline form, work orders of 12345 and 12315, the counter of firms
Out:  leads for casework; letters; published complaint information and indicators
Law:  packs/cn/procedures/complaint.yaml, packs/cn/terms/complaints.yaml, packs/cn/terms/reward.yaml
Read: filing.file, then handling.py
"""
