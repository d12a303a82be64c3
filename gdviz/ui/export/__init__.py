"""Export: pictures, films, tables and the script of what is on the screen."""
