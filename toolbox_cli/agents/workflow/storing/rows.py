"""An approved environment as rows, table by table in the order of the foreign keys: pure."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Environment, Question, Script
from toolbox_cli.agents.making.review.scripts import BUILDER
from toolbox_cli.agents.making.review.terrain import terrain_template
from toolbox_cli.agents.workflow.storing.inserting import Row, key_of
from toolbox_cli.agents.workflow.storing.reference import objective_key, template_key

_LEVELS: Final = {"easy": "BEGINNER", "medium": "INTERMEDIATE", "hard": "ADVANCED"}


@dataclass(frozen=True)
class Origin:
    """Where an environment comes from.

    Attributes:
        task: that stands for its workflow.
        by: who asked for it; None for a program.
        teacher: the same where it is a teacher.
        reviewer: the agent that approved it.
        scans: what the scan has found out, by the script's name.
        models: the language model whose words are in a part; parts that no model worked on are missing.
        seeds: by part.
    """

    task: uuid.UUID
    by: uuid.UUID | None
    teacher: uuid.UUID | None
    reviewer: uuid.UUID | None
    scans: Mapping[str, Mapping[str, Any]]
    models: Mapping[str, str]
    seeds: Mapping[str, int]

    def key(self, what: str) -> str:
        """Give the key of one of its rows."""
        return key_of(self.task, what)

    @property
    def author(self) -> str | None:
        return None if self.by is None else str(self.by)


def rows(environment: Environment, origin: Origin, library: Library) -> dict[str, list[Row]]:
    """Give the rows of an environment, by table."""
    quiz = environment.quiz
    return {
        "educational_content": [_content(environment, origin)],
        "content_objectives": [
            {"content_id": origin.key("educational_content"), "objective_id": objective_key(key)}
            for key in environment.plan.objectives
        ],
        "lessons": [_lesson(environment, origin)],
        "quizzes": [_quiz(environment, origin)],
        "quiz_questions": [_question(one, place, origin) for place, one in enumerate(quiz.questions)],
        "quiz_options": [row for one in quiz.questions for row in _options(one, origin)],
        "roblox_terrain": [_terrain(environment, origin)],
        "roblox_scripts": [_script(one, origin) for one in environment.scripts],
        "roblox_content": [_land(environment, origin, library), *_objects(environment, origin, library)],
    }


def _content(environment: Environment, origin: Origin) -> Row:
    plan, terrain = environment.plan, environment.terrain
    told = plan.model_dump(
        mode="json", include={"summary", "vocabulary", "activities", "reflection", "support", "stretch"}
    )
    return {
        "id": origin.key("educational_content"),
        "title": plan.title,
        "description": plan.description,
        "subject": plan.subject,
        "grade_level": plan.grade,
        "environment_type": plan.environment,
        "terrain_size": plan.terrain_size,
        "difficulty_level": plan.difficulty,
        "duration_minutes": plan.duration_minutes,
        "content_data": {
            **told,
            "accessibility": [one.need for one in plan.accessibility],
            "adaptations": [one.model_dump() for one in plan.accessibility],
        },
        "terrain_config": {
            "biome": terrain.biome,
            "material": terrain.material,
            "features": list(terrain.features),
            "water": terrain.water_studs is not None,
        },
        "game_mechanics": plan.mechanics.model_dump(mode="json"),
        "accessibility_features": True,
        "created_by": origin.author,
    }


def _lesson(environment: Environment, origin: Origin) -> Row:
    plan = environment.plan
    return {
        "id": origin.key("lessons"),
        "content_id": origin.key("educational_content"),
        "teacher_id": None if origin.teacher is None else str(origin.teacher),
        "title": plan.title,
        "description": plan.description,
        "status": "draft",
        "subject": plan.subject,
        "grade_level": plan.grade,
        "difficulty": _LEVELS[plan.difficulty],
    }


def _quiz(environment: Environment, origin: Origin) -> Row:
    quiz = environment.quiz
    return {
        "id": origin.key("quizzes"),
        "title": quiz.title,
        "description": quiz.description,
        "subject": quiz.subject,
        "grade_level": quiz.grade,
        "content_id": origin.key("educational_content"),
        "time_limit": quiz.time_limit_s,
        "passing_score": quiz.passing_percent,
        "created_by": origin.author,
    }


def _question(one: Question, place: int, origin: Origin) -> Row:
    return {
        "id": origin.key(f"quiz_questions/{one.key}"),
        "quiz_id": origin.key("quizzes"),
        "question_type": one.type,
        "question_text": one.ask,
        "correct_answer": one.answer,
        "difficulty": one.difficulty,
        "points": one.points,
        "time_limit": one.time_limit_s,
        "hint": one.hint,
        "explanation": one.worked,
        "order_index": place,
        "question_data": {**one.data, "key": one.key, "objective": one.objective},
    }


def _options(one: Question, origin: Origin) -> Iterator[Row]:
    for place, option in enumerate(one.options):
        yield {
            "id": origin.key(f"quiz_options/{one.key}/{place}"),
            "question_id": origin.key(f"quiz_questions/{one.key}"),
            "option_text": option.text,
            "is_correct": option.right,
            "explanation": option.why,
            "order_index": place,
        }


def _terrain(environment: Environment, origin: Origin) -> Row:
    terrain = environment.terrain
    elevation = terrain.model_dump(
        mode="json", exclude={"script", "words", "signs", "features", "name", "biome", "complexity"}
    )
    features = [{"name": one} for one in terrain.features]
    return {
        "id": origin.key("roblox_terrain"),
        "content_id": origin.key("educational_content"),
        "name": terrain.name,
        "terrain_type": terrain.terrain_type,
        "material": terrain.material,
        "size": terrain.size,
        "biome": terrain.biome,
        "features": [*features, *({"name": "cave", "mouths": one.mouths} for one in terrain.caves)],
        "elevation_data": elevation,
        "generation_script": terrain.script,
        "complexity_score": terrain.complexity,
        "educational_context": {"objectives": list(environment.plan.objectives), "steps": len(terrain.checkpoints)},
        "performance_impact": {"cells": len(terrain.heights) ** 2, "builder_bytes": len(terrain.script.encode())},
        "created_by": origin.author,
    }


def _script(one: Script, origin: Origin) -> Row:
    return {
        "id": origin.key(f"roblox_scripts/{one.name}"),
        "content_id": origin.key("educational_content"),
        "name": one.name,
        "script_type": one.script_type,
        "content": one.source,
        "description": one.description,
        "performance_metrics": _measured(one.name, origin),
        "created_by": origin.author,
        "reviewed_by": None if origin.reviewer is None else str(origin.reviewer),
    }


def _measured(script: str, origin: Origin) -> dict[str, Any]:
    """Give the complexity of each function, and what else the scan has found out."""
    scan = dict(origin.scans.get(script, {}))
    return {**(scan.pop("complexity", None) or {}), "scan": scan}


def _land(environment: Environment, origin: Origin, library: Library) -> Row:
    terrain = environment.terrain
    data = {
        "terrain": origin.key("roblox_terrain"), "biome": terrain.biome, "size": terrain.size,
        "spawn": terrain.spawn, "checkpoints": terrain.checkpoints, "features": terrain.features,
    }  # fmt: skip
    made = _Object(BUILDER, "TERRAIN", terrain_template(terrain), terrain.script, data, terrain.name, "terrain")
    return made.row(environment, origin, library)


def _objects(environment: Environment, origin: Origin, library: Library) -> Iterator[Row]:
    for one in environment.scripts:
        data = {
            "script": origin.key(f"roblox_scripts/{one.name}"), "script_type": one.script_type, "place": one.place,
            "variables": one.variables,
        }  # fmt: skip
        title = f"{environment.plan.title}: {one.name}"[:200]
        yield _Object(one.name, "SCRIPT", one.template, one.source, data, title, "scripts").row(
            environment, origin, library
        )


@dataclass(frozen=True)
class _Object:
    """An object for Roblox: a script, or the land."""

    name: str
    content_type: str
    template: str
    source: str
    data: Mapping[str, Any]
    title: str
    part: str

    def row(self, environment: Environment, origin: Origin, library: Library) -> Row:
        model = origin.models.get(self.part)
        request = environment.request
        return {
            "id": origin.key(f"roblox_content/{self.name}"),
            "lesson_id": origin.key("lessons"),
            "template_id": template_key(self.template),
            "title": self.title,
            "content_type": self.content_type,
            "version": "1.0.0",
            "script_content": self.source,
            "content_data": {"name": self.name, **self.data},
            "educational_metadata": {
                "objectives": [
                    {"key": key, "standard": library.objectives[key].curriculum_standard}
                    for key in environment.plan.objectives
                ]
            },
            "ai_generated": model is not None,
            "ai_model": model,
            "generation_parameters": {
                "generators": environment.version,
                "seed": origin.seeds.get(self.part, request.seed),
                "request": request.model_dump(mode="json", exclude={"topic"}),
                "task": str(origin.task),
            },
            "generation_prompt": request.topic or None,
            "performance_metrics": _measured(self.name, origin),
        }
