"""Roblox: Studio, planned game sessions, and the live sessions of document 000 with what happens in them."""

from toolbox_cli.models.toolboxai.roblox import (
    achievements,
    games,
    live,
    players,
    published,
    results,
    studio,
    templates,
)

__all__ = ["achievements", "games", "live", "players", "published", "results", "studio", "templates"]
