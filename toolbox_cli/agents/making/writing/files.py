"""The files of a lesson."""

import json
from collections.abc import Iterator
from typing import Any, Final

import yaml

from toolbox_cli.agents.making.records import Environment, Question, Script, Terrain
from toolbox_cli.agents.making.writing.gift import gift

_LONGEST_KEY: Final = 60
_ENDINGS: Final = {"server": "server.luau", "client": "client.luau", "module": "luau"}


def files(environment: Environment) -> dict[str, bytes]:
    """Give the content of each file by its name."""
    texts = {
        "lesson.yaml": lesson_yaml(environment),
        "quiz.gift": gift(environment.quiz),
        "terrain.json": terrain_json(environment.terrain),
        "BuildLand.server.luau": environment.terrain.script,
        **{script_file(one): one.source for one in environment.scripts},
    }
    return {name: text.encode() for name, text in texts.items()}


def script_file(script: Script) -> str:
    """Name a script's file as programs that sync with Studio expect it."""
    return f"{script.name}.{_ENDINGS[script.script_type]}"


def lesson_yaml(environment: Environment) -> str:
    """Write plan and quiz in the form of the lessons that ship, so that they can become one of them."""
    plan = environment.plan
    notes = [f"# {one.need}: {one.text}\n" for one in plan.accessibility]
    key = slug(plan.title) or slug(plan.objectives[0])
    content = {"educational_content": {key: _lesson(environment)}}
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    return f"# Made by the generators {environment.version}, seed {environment.request.seed}.\n{''.join(notes)}{body}"


def slug(title: str) -> str:
    """Make a stable key of a title; empty where it has no letter of ASCII.

    Example:
        >>> slug("Earth's Systems in the Valley")
        'earths-systems-in-the-valley'
    """
    plain = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in title.lower().replace("'", ""))
    return "-".join(plain.split())[:_LONGEST_KEY].rstrip("-")


def terrain_json(terrain: Terrain) -> str:
    """Write a land; its heights a row a line."""
    fields = terrain.model_dump(mode="json", exclude={"script"})
    return "{\n" + ",\n".join(f"  {json.dumps(name)}: {_json(name, value)}" for name, value in fields.items()) + "\n}\n"


def _json(name: str, value: Any) -> str:
    if name == "heights":
        return "[\n" + ",\n".join(f"    {json.dumps(row, separators=(',', ':'))}" for row in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)


def _lesson(environment: Environment) -> dict[str, Any]:
    plan, terrain = environment.plan, environment.terrain
    return {
        "title": plan.title,
        "description": plan.description,
        "subject": plan.subject,
        "grade_level": plan.grade,
        "environment_type": plan.environment,
        "terrain_size": plan.terrain_size,
        "difficulty_level": plan.difficulty,
        "duration_minutes": plan.duration_minutes,
        "objectives": list(plan.objectives),
        "content_data": {
            "summary": plan.summary,
            "vocabulary": [one.model_dump() for one in plan.vocabulary],
            "activities": [one.model_dump() for one in plan.activities],
            "reflection": list(plan.reflection),
            "support": plan.support,
            "stretch": plan.stretch,
        },
        "terrain_config": {
            "biome": terrain.biome,
            "material": terrain.material,
            "features": list(terrain.features),
            "water": terrain.water_studs is not None,
        },
        "game_mechanics": plan.mechanics.model_dump(mode="json", include={"rewards", "teams", "hints", "quiz_gate"}),
        "quiz": _quiz(environment),
    }


def _quiz(environment: Environment) -> dict[str, Any]:
    quiz = environment.quiz
    return {
        "title": quiz.title,
        "description": quiz.description,
        "time_limit": quiz.time_limit_s,
        "passing_score": quiz.passing_percent,
        "questions": {one.key: dict(_question(one)) for one in quiz.questions},
    }


def _question(one: Question) -> Iterator[tuple[str, Any]]:
    yield "type", one.type
    yield "ask", one.ask
    if one.type == "true_false":
        yield "right", one.right == ("True",)
    else:
        yield "right", list(one.right) if one.type == "multiple_select" else one.right[0]
        if one.options:
            yield "wrong", [{"text": option.text, "why": option.why} for option in one.options if not option.right]
    yield "hint", one.hint
    yield "why", one.worked
    yield "difficulty", one.difficulty
    yield "points", one.points
    yield "time_limit", one.time_limit_s
