"""Quizzes: calculated questions and questions on facts, with the misconceptions behind wrong answers."""
