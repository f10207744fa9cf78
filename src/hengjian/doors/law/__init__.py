"""Law pages (法律参数): what the loaded packs say, for officers who must rely on it.

In:   the packs in use (ground/policy)
Out:  pages under /desk/law/; a trail of what was checked against the text
Law:  every value shows its own article and how well it is known
Read: views.entry, then describing.py
"""
