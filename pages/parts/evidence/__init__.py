"""The evidence for a threshold: charts, figures and recommendations that follow one line."""
