"""Jobs (定时任务): what the platform does by itself, again and again.

In:   a declared timetable, the clock
Out:  calls of pulling services, each safe to repeat; one line per job saying when it last ran and how it ended
Law:  —; no job counts a deadline or decides anything
Read: timetable.py, then runner.py
"""
