"""API (接口): every house's `api.router` under /api/<house>/, errors as problem documents (RFC 9457).

In:   requests of programs
Out:  JSON; docs/openapi.json is the same description, kept in the repository
Law:  —
Read: assembly.py, then any house's api.py
"""
