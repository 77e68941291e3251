"""The demo catalogue: promotional goods that the project draws itself."""
