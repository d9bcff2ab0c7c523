"""What is taught in a classroom: lessons with their content and quizzes, and what they have in Roblox."""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from toolbox_cli.seed.keys import seeded_uuid
from toolbox_cli.seed.room import Classroom, Row


def define_achievement(room: Classroom, item: Mapping[str, Any]) -> Row:
    """Define an achievement, which all classes share: its key comes from its slug."""
    if item["slug"] in room.held:
        return {**item, "id": room.held[item["slug"]]}
    return room.add("achievements", room.at(100, 8), **item, id=seeded_uuid(0, "achievements", item["slug"]))


def add_template(room: Classroom, item: Mapping[str, Any], teacher: Row) -> Row:
    low, high = item["grades"]
    return room.add(
        "roblox_templates",
        room.at(90, 15),
        creator_id=teacher["id"],
        name=item["name"],
        description=item["description"],
        category=item["category"],
        subject_area=item["subject_area"],
        grade_level_min=low,
        grade_level_max=high,
        template_type=item["template_type"],
        base_structure={"kind": item["template_type"], "name": item["name"]},
        quality_thresholds={"quality": 0.8, "confidence": 0.7},
        version="1.0.0",
        is_public=True,
        coppa_compliant=True,
        age_appropriate_content=True,
    )


def add_lesson(room: Classroom, item: Mapping[str, Any], number: int, teacher: Row, templates: Sequence[Row]) -> None:
    """Add a lesson with its objective, content, quiz and what it has in Roblox."""
    about = {"subject": item["subject"], "grade_level": item["grade_level"]}
    starts = room.at(42 - 6 * number, 9 + number % 4)
    planned_at = room.at(60 - number, 16)
    objective = room.add("learning_objectives", planned_at, **item["objective"], **about)
    content = room.add(
        "educational_content",
        planned_at,
        title=item["title"],
        description=item["description"],
        environment_type=item["environment_type"],
        content_data={"slug": item["slug"], "activities": ["explore", "collect", "quiz"]},
        game_mechanics={"checkpoints": 10, "quiz_gate": True},
        created_by=teacher["id"],
        **about,
    )
    room.tables["content_objectives"].append({"content_id": content["id"], "objective_id": objective["id"]})
    lesson = room.add(
        "lessons",
        planned_at,
        content_id=content["id"],
        teacher_id=teacher["id"],
        title=item["title"],
        description=item["description"],
        status="completed",
        difficulty=item["difficulty"],
        starts_at=starts,
        ends_at=starts + datetime.timedelta(minutes=45),
        updated_at=starts + datetime.timedelta(minutes=45),
        **about,
    )
    _quiz(room, item, content, teacher, about)
    for template in templates[number % 2 :: 2]:
        _published(room, lesson, template, item)


def _quiz(room: Classroom, item: Mapping[str, Any], content: Row, teacher: Row, about: Row) -> None:
    made_at = content["created_at"]
    title = f"{item['title']}: quiz"
    quiz = room.add("quizzes", made_at, title=title, content_id=content["id"], created_by=teacher["id"], **about)
    for order, asked in enumerate(item["quiz"]):
        question = room.add(
            "quiz_questions",
            made_at,
            quiz_id=quiz["id"],
            question_type="multiple_choice",
            question_text=asked["question"],
            correct_answer=asked["options"][0],
            explanation=asked["explanation"],
            order_index=order,
        )
        for place, option in enumerate(room.random.sample(asked["options"], len(asked["options"]))):
            room.add(
                "quiz_options",
                made_at,
                question_id=question["id"],
                option_text=option,
                is_correct=option == question["correct_answer"],
                order_index=place,
            )


def _published(room: Classroom, lesson: Row, template: Row, item: Mapping[str, Any]) -> None:
    slug, kind = item["slug"], template["template_type"]
    is_script = kind == "SCRIPT"
    deployed_at = lesson["starts_at"] - datetime.timedelta(days=1)
    room.add(
        "roblox_content",
        deployed_at - datetime.timedelta(hours=2),
        lesson_id=lesson["id"],
        template_id=template["id"],
        title=f"{item['title']}: {template['name']}",
        content_type=kind,
        version="1.0.0",
        script_content=f'--!strict\nlocal lesson: string = "{slug}"\nprint(lesson)\n' if is_script else None,
        content_data={"template": template["name"], "lesson": slug},
        is_deployed=True,
        deployed_at=deployed_at,
        updated_at=deployed_at,
        deployment_hash=hashlib.sha256(f"{slug}/{template['name']}".encode()).hexdigest(),
        coppa_compliant=True,
    )
