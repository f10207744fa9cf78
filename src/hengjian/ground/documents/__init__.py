"""Documents (文书): pack templates set as PDF, each with a code by which a stranger can check it.

In:   a template id and data
Out:  PDF bytes, the same for the same data; a record of what was issued, for the check page
Law:  packs/*/documents/
Read: typeset.py, then services.py
"""

from .typeset import render as render
