"""What is taught: the catalogue, syllabus, course editions and lessons, and the search over them."""
