"""The counter (企业端): a firm sees its own file, why it has its class, and what it can do.

In:   the public projection, the classification and its reasons, within the firm's own credit code
Out:  pages for the firm's representative
Law:  企业信息公示暂行条例; 市场监督管理行政处罚信息公示规定
Read: views.py
"""
