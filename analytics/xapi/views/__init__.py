"""The doors: the resources of xAPI for programs, and one page for the administrator who lets programs in."""
