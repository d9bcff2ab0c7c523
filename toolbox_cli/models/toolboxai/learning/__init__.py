"""What is taught and what students make of it."""

from toolbox_cli.models.toolboxai.learning import content, lessons, progress, quizzes

__all__ = ["content", "lessons", "progress", "quizzes"]
