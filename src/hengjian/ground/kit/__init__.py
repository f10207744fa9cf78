"""Kit (工具): plain Python with no opinion on supervision.

In:   nothing
Out:  credit codes, money, digests, dates, text folding, refusals
Law:  GB 32100-2015 (credit code), GB/T 32905-2016 (SM3)
Read: uscc.py, then calendar.py
"""
