"""What triggers must do: the one part of the models that no declaration tells, so it is played here."""

from collections.abc import Mapping
from typing import Final

from toolbox_cli.models.base import Trigger
from toolbox_cli.verify.constraints.scenes import pas_in_peace, toolbox, toolboxai, works
from toolbox_cli.verify.constraints.scenes.play import Scene
from toolbox_cli.verify.constraints.scenes.records import append_only
from toolbox_cli.verify.constraints.scenes.touch import touching
from toolbox_cli.verify.constraints.witnesses.solve import Values
from toolbox_cli.verify.constraints.witnesses.stock import Companion

SCENES: Final[Mapping[tuple[str, str, str], Scene]] = {
    **pas_in_peace.SCENES,
    **toolbox.SCENES,
    **toolboxai.SCENES,
    **works.SCENES,
}
"""By platform, table and trigger."""

HOLDS: Final[Mapping[str, Mapping[str, Values]]] = {"pas_in_peace": pas_in_peace.HOLDS, "toolboxai": works.HOLDS}
"""By platform and table: what rows must hold for triggers to take them."""

COMPANIONS: Final[Mapping[str, Mapping[str, tuple[Companion, ...]]]] = {"pas_in_peace": pas_in_peace.COMPANIONS}
"""By platform and table: rows that triggers look for."""

SPEAKS_FOR: Final[Mapping[tuple[str, str], tuple[str, str]]] = {**pas_in_peace.SPEAKS_FOR, **works.SPEAKS_FOR}
"""The name that a trigger gives with its refusal, to the trigger: table and name of both."""


def scene_of(platform: str, trigger: Trigger) -> Scene | None:
    """Give the scene that a trigger is proved by."""
    if trigger.name == "touch_updated_at":
        return touching
    if trigger.name in {"append_only", "append_only_whole"}:
        return append_only
    return SCENES.get((platform, trigger.table, trigger.name))
