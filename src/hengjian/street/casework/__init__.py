"""Casework (案件办理): from a lead to a closed file; a penalty that was decided becomes a ledger entry.

In:   leads of inspections, complaints, other departments; acts of case officers, reviewers and leaders
Out:  ledger entries of kind "penalty", their withdrawal when a decision is revoked
Law:  packs/cn/procedures/lead.yaml, penalty.yaml, penalty-simple.yaml
Read: services.open_lead, services.record_penalty, then rules.py
"""
