"""Catalogs as JSON has them, for a file of the memory."""

from dataclasses import asdict
from typing import Any

from toolbox_cli.core.database.catalog import Catalog, Key
from toolbox_cli.core.database.links import Link, Links


def written(catalog: Catalog, links: Links) -> dict[str, Any]:
    """Give a catalog and its links as JSON values."""
    return {
        "schema": catalog.schema,
        "server_version": catalog.server_version,
        "objects": [[*key, fields] for key, fields in catalog.objects.items()],
        "links": [[*key, asdict(link)] for key, link in links.items()],
    }


def read(content: Any) -> tuple[Catalog, Links]:
    """Read what `written` gave."""
    objects = {Key(kind, table, name): fields for kind, table, name, fields in content["objects"]}
    links = {Key(kind, table, name): _link(fields) for kind, table, name, fields in content["links"]}
    return Catalog(content["schema"], content["server_version"], objects), links


def _link(fields: dict[str, Any]) -> Link:
    return Link(**{**fields, "columns": tuple(fields["columns"]), "referred": tuple(fields["referred"])})
