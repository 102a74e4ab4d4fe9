"""Reading and writing the files of an import: in a confined child, bounded in bytes, rows and time."""
