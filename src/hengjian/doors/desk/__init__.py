"""The desk (工作台): what an officer must do next, one entity through every stop, and what is late and where.

In:   questions of every house, within the officer's data scope
Out:  pages; exports and views of personal data leave a line in the audit
Law:  deadlines are the procedures' own; the desk only orders and shows them
Read: inbox.py, dossier.py, then overview.py
"""
