"""Who may come, and what they may do: roles, who has which, and the gate before everything.

Nothing here knows Streamlit. Its cookie, by which people are signed in, is read for us by whoever
builds the gate.
"""
