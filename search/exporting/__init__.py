"""What was found, as files: CSV for programs, XLSX with pictures for people."""

from search.exporting.service import Exporting

__all__ = ["Exporting"]
