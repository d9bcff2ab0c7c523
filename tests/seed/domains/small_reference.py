"""Reference data as generators get it, small enough to make up: three subjects, every second grade."""

from typing import Any, Final

from toolbox_cli.content.reference.keys import reference_uuid
from toolbox_cli.seed.making.domain import Reference

SUBJECTS: Final = ("Mathematics", "Science", "History")
_LEVELS: Final = ("easy", "medium", "hard")


def small_reference() -> Reference:
    """Make it; keys are those that the loader would give."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}

    def add(table: str, slug: str, /, **columns: Any) -> Any:
        key = reference_uuid(table, slug)
        tables.setdefault(table, {})[slug] = {"id": key, **columns}
        return key

    for subject in SUBJECTS:
        for grade in range(1, 13):
            slug = f"{subject.lower()}-{grade}"
            about = {"subject": subject, "grade_level": grade}
            objective = add("learning_objectives", slug, title=f"Aim of {slug}", bloom_level="apply", **about)
            content = add(
                "educational_content", slug, title=f"Content {slug}", description="What it is.",
                environment_type="island",
                difficulty_level=_LEVELS[grade % 3], content_data={"slug": slug}, is_template=False, **about,
            )  # fmt: skip
            tables.setdefault("content_objectives", {})[slug] = {"content_id": content, "objective_id": objective}
            _ask(add, slug, add("quizzes", slug, title=f"Quiz {slug}", content_id=content, passing_score=70, **about))
    for kind in ("SCRIPT", "MODEL", "TERRAIN", "GUI"):
        add(
            "roblox_templates", kind.lower(), name=f"A {kind}", description="A template.", template_type=kind,
            category="all", subject_area="any", grade_level_min=1, grade_level_max=12,
        )  # fmt: skip
    for slug, kind, points, criteria in _ACHIEVEMENTS:
        add(
            "achievements", slug, slug=slug, name=slug.title(), description="For it.", achievement_type=kind,
            points=points, criteria=criteria,
        )  # fmt: skip
    return tables


def _ask(add: Any, slug: str, quiz: Any) -> None:
    """Ask six questions: of the fifth two options are right, the last has none."""
    kinds = ("multiple_choice",) * 4 + ("multiple_select", "short_answer")
    for order, kind in enumerate(kinds):
        question = add(
            "quiz_questions", f"{slug}-{order}", quiz_id=quiz, question_type=kind, question_text=f"Question {order}?",
            correct_answer=f"Answer {order}" if kind == "short_answer" else None, points=1, order_index=order,
        )  # fmt: skip
        for place in range(4 if kind != "short_answer" else 0):
            add(
                "quiz_options", f"{slug}-{order}-{place}", question_id=question, option_text=f"Option {place}",
                is_correct=place in ({1, 3} if kind == "multiple_select" else {order % 4}), order_index=place,
            )  # fmt: skip


_ACHIEVEMENTS: Final = (
    ("first-steps", "MILESTONE", 10, {"progress_percentage": 10}),
    ("lesson-complete", "COMPLETION", 50, {"progress_percentage": 100}),
    ("quiz-passed", "COMPLETION", 30, {"passed": True}),
    ("full-marks", "MASTERY", 100, {"percentage_score": 100}),
    ("no-hints", "SPECIAL", 40, {"hints_used": 0}),
    ("three-lessons", "STREAK", 60, {"lessons": 3}),
)
