"""Demo city (演示城市): the files a city's departments would send, and one walk of them down the street.

In:   a number of entities, a seed, a day
Out:  CSV and xlsx files with a manifest of every dirty row; `walk` takes them from intake to publication
Law:  packs/cn/records (headings and fields), packs/tianjin/catalogues/agencies.yaml
Read: city.write_city, then walk.walk
"""
