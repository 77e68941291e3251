"""A catalogue that a shop has already: its tables, or a query, copied and kept up to date.

Only read from there. The copy is made by the importer, as that of any other source; the vectors are
copied inside the database. What is unchanged is not read again.
"""

SOURCE = "adopted"
"""The name under which adopted products are stored."""
