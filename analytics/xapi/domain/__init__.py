"""What xAPI asks of statements: formats, the shape of a statement, who and what it mentions, and how it is told."""
