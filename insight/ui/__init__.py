"""What pages are made of: the only code beside shell.py and pages/ that imports streamlit."""
