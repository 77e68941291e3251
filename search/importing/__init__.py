"""A shop's own catalogue on its way in: from a folder, a CSV file or a query.

A source yields products and what is wrong with the rest; `importer` compares them with what is
stored and writes the difference. Pictures on disk are read here, those at web addresses are fetched
while they are indexed.
"""
