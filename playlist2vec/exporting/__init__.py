"""Song vectors with their names, in the files of programs that show vectors."""
