"""Face (界面): layouts, theme, components and their gallery; knows no stop of the street.

In:   lists of pages that houses declare on their AppConfig (`desk_pages`, `public_pages`)
Out:  ui/portal.html, ui/desk.html, ui/mobile.html, ui/counter.html; components <c-…>; gallery at /ui/
Law:  GB/T 37668 (web accessibility), WCAG 2.1 AA
Read: docs/ui.md, templates/ui/base.html, templates/cotton/, static/ui/hengjian.css
"""
