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
    ): "a48968834fecd0988b0a3f2dbf23699c87df11404d9437bbe1534742d3c3e2e2",
    ("1.0.0", "science-6-water-cycle", "canyon"): "7c916fc17f7c79a26c8a8a81cfa20d593437225280815c3d1601205b342722e3",
    ("1.0.0", "computing-7-encryption", "castle"): "a0ac0f979c60c496e222a302f5a5d59d748e317b65d5238f78578ff2212edfe7",
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
