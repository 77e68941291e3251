"""What the program knows: photos, encoders, vectors and the catalogue. Never imports Streamlit."""

__version__ = "0.1.0"
