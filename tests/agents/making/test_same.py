"""The same request gives the same bytes: in any process, and until the version changes."""

import json
import subprocess
import sys

import pytest

from toolbox_cli.agents.making import VERSION
from toolbox_cli.agents.making.environment import make_environment
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Environment, Request, canonical, digest

GOLDEN = {
    (
        "1.0.0",
        "math-5-add-unlike-fractions",
        "island",
    ): "fe069f5b562f0bca8e588fe85572ecb40ed4cefe6e88360ab9ef72cc423fd6b7",
    ("1.0.0", "science-6-water-cycle", "canyon"): "b8987130bdc68e3c3356ebb0cd34599fc1710b2e6e453c4cd111cdc2ba124ccd",
    ("1.0.0", "computing-7-encryption", "castle"): "0e479f693cb24f026f7c8c225e6c188cbd6e62d9193f17fb44db155c216a5ac7",
}
"""Version of the generators, objective and place, to the SHA-256 of what is made with seed 1.

A change of what is made needs another version; then its hashes come here.
"""
ELSEWHERE = """
import json, sys
from toolbox_cli.agents.making.environment import make_environment
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Request, digest
loaded = {name.split('.')[0] for name in sys.modules}
held = [digest(make_environment(Request(objective=o, environment=p), library())) for o, p in json.loads(sys.argv[1])]
print(json.dumps([held, sorted(loaded & {'sqlalchemy', 'psycopg', 'procrastinate', 'httpx', 'tree_sitter', 'faker'})]))
"""


@pytest.mark.parametrize(("version", "objective", "place"), GOLDEN)
def test_what_is_made_changes_only_with_the_version(version: str, objective: str, place: str) -> None:
    assert version == VERSION
    made = make_environment(Request(objective=objective, environment=place), library())
    assert digest(made) == GOLDEN[version, objective, place]
    assert Environment.model_validate_json(canonical(made)) == made


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_makes_the_same_with_little_imported(hash_seed: str) -> None:
    asked = json.dumps([key[1:] for key in GOLDEN])
    run = [sys.executable, "-c", ELSEWHERE, asked]
    told = subprocess.run(run, capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": hash_seed})
    assert json.loads(told.stdout) == [[*GOLDEN.values()], []]


def test_another_seed_makes_something_else() -> None:
    asked = [Request(objective="math-7-circles", environment="park", duration_minutes=15, seed=seed) for seed in (1, 2)]
    one, other = (make_environment(request, library()) for request in asked)
    assert one.quiz != other.quiz
    assert one.terrain.heights != other.terrain.heights
