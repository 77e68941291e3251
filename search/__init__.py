"""What the program knows: photos, encoders, vectors and the catalogue. Never imports Streamlit."""
