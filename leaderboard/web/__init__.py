"""Streamlit pages, the HTTP API, and the server that runs them."""
