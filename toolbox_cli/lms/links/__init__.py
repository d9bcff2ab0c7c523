"""Ties between courses and assignments of schools' systems and our content and quizzes."""
