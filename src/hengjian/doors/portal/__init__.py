"""The public portal (公示门户): what anybody may see, read from the public projection only.

In:   publication.queries, the version of the law
Out:  the home page
Law:  企业信息公示暂行条例
Read: views.py
"""
