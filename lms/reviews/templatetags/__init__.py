"""Small words of the pages of claims."""
