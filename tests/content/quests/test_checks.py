"""Every fault that is put into a quest that makes sense is found, and nothing else with it."""

import pytest

from tests.content.quests.breaking import CHANGES, Change
from tests.content.quests.making import seeded, valid_graph
from toolbox_cli.content.faults.registry import faults
from toolbox_cli.content.quests.canonical import canonical
from toolbox_cli.content.quests.checks.run import check

GRAPHS = [valid_graph(seeded(seed)) for seed in range(24)]
CASES = [
    pytest.param(code, change, id=f"{code}-{number}")
    for code, changes in CHANGES.items()
    for number, change in enumerate(changes)
]


def test_a_quest_that_makes_sense_has_no_fault() -> None:
    assert {problem.code for graph in GRAPHS for problem in check(graph)} == {"Q14"}
    assert sum(not check(graph) for graph in GRAPHS) > 10


@pytest.mark.parametrize(("code", "change"), CASES)
def test_a_fault_is_found_and_no_other(code: str, change: Change) -> None:
    tried = 0
    for seed, graph in enumerate(GRAPHS):
        broken = change(graph, seeded(seed))
        if broken is None:
            continue
        tried += 1
        found = check(broken)
        assert {one.code for one in found} - {"Q14"} == {code} - {"Q14"}
        assert code in {one.code for one in found}
        assert {one.code for one in check(canonical(broken))} == {one.code for one in found}
        for one in found:
            assert one.found
            assert (one.node is None) != (one.edge is None) or one.found == "no node has the type start"
    assert tried >= 3


def test_every_code_of_a_graph_has_such_a_fault() -> None:
    assert {code for code in faults() if code.startswith("Q") and code < "Q50"} | {"Q55"} == CHANGES.keys()


def test_faults_are_told_together() -> None:
    broken = GRAPHS[0]
    wanted = {"Q02", "Q03", "Q05", "Q10", "Q32", "Q40"}
    for code in sorted(wanted):
        broken = CHANGES[code][0](broken, seeded(1)) or broken
    assert {one.code for one in check(broken)} >= wanted - {"Q40"}
