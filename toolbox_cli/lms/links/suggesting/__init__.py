"""Which courses and assignments look like which content and quizzes."""
