"""Register (登记): one entity per credit code, its present facts and its former names.

In:   accepted rows of kind "registration" (pulled from intake)
Out:  entities, found by code or by two characters of a present or former name
Law:  packs/cn/records/registration.yaml, packs/tianjin/catalogues (districts, zones)
Read: services.absorb, then search.py and docs/algorithms/identity.md
"""
