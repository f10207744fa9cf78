"""People (机构与人员): agencies, offices, officers, posts, certificates, powers and data scopes.

In:   the organisation file of a deployment, the posts of the pack
Out:  who is asking, what they may do, which units they may see
Law:  行政执法证件 and 岗位职责 come from the pack (catalogues/posts.yaml)
Read: access.py, then models.py
"""
