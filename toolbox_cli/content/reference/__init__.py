"""The shapes of reference data on learning: objectives, lessons, quizzes, templates and agents."""
