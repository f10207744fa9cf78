"""Audit (审计): who did or saw what, when and on which basis; appended, chained, never changed.

In:   acts of every house, views of personal data, exports
Out:  a chained trail that auditors read and verify
Law:  行政执法全过程记录
Read: services.record, then models.py
"""

from .services import record as record
