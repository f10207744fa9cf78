"""Publication (公示): what the public may see of an entity, for exactly the lawful term.

In:   the register, the ledger, the current class of each entity
Out:  the public projection: PublicEntity, PublicNotice; pages, JSON, PDF reports and feeds read only these
Law:  packs/cn/publicity/; 市场监管总局令第45号、第107号
Read: rules.plan, then services.publish_due, then queries.py
"""
