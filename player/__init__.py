"""How a lesson is watched: videos and their renditions, and the watching that the server confirms. Knows nothing of courses or credit."""
