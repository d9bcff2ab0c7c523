"""One way to bring modules in, timed: `python -m tests.benchmarks.importing import|rows|read URL FOLDER [N]`."""

import json
import resource
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from toolbox_cli.content.modules.reading.reading import read_library
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.models.frames.module import Module, ModuleSection
from toolbox_cli.models.frames.revision import ModuleRevision
from toolbox_cli.modules.database import transaction
from toolbox_cli.modules.importing.known import known
from toolbox_cli.modules.importing.run import Wish, bring_library

SECTION = ("title", "content", "media_url", "duration_seconds", "section_config", "completion_criteria")


def import_(_: str, folder: Path, processes: int | None) -> dict[str, Any]:
    """Import as the command does."""
    runtime = Runtime()
    started = time.perf_counter()
    library = read_library([folder], partial(known, runtime), processes)
    read = time.perf_counter()
    with transaction(runtime) as connection:
        done = bring_library(connection, library, Wish((folder,)), runtime.settings.env)
        if done.refused:
            raise SystemExit(str(done.findings[:3]))
    ended = time.perf_counter()
    return {"read_s": read - started, "database_s": ended - read, "s": ended - started, "counts": done.counts}


def read(_: str, folder: Path, processes: int | None) -> dict[str, Any]:
    """Read alone."""
    started = time.perf_counter()
    library = read_library([folder], None, processes)
    return {"s": time.perf_counter() - started, "modules": len(library.reads)}


def rows(url: str, folder: Path, processes: int | None) -> dict[str, Any]:
    """Write what was read as SQLAlchemy does it one by one, in one transaction."""
    library = read_library([folder], None, processes)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect():
        started = time.perf_counter()
    with Session(engine) as session:
        for one in library.reads:
            _write(session, json.loads(one.text or ""), str(one.hash))
        session.commit()
    return {"database_s": time.perf_counter() - started}


def _write(session: Session, content: dict[str, Any], hashed: str) -> None:
    if session.scalars(select(Module).where(Module.module_id == content["slug"])).first() is not None:
        raise SystemExit("the database is not empty")
    fields = {name: value for name, value in content.items() if name not in {"slug", "sections"}}
    module = Module(module_id=content["slug"], **fields, content_hash=hashed)
    session.add(module)
    session.flush()
    for number, section in enumerate(content["sections"], 1):
        values = {name: section[name] for name in SECTION}
        session.add(
            ModuleSection(
                module_id=module.id, section_number=number, section_type=section["type"], section_key=section["key"],
                **values,
            )
        )  # fmt: skip
        session.flush()
    session.add(ModuleRevision(module_id=module.id, revision=1, content=content, content_hash=hashed))
    session.flush()


if __name__ == "__main__":
    way, url, folder, *more = sys.argv[1:]
    took = {"import": import_, "rows": rows, "read": read}[way](url, Path(folder), int(more[0]) if more else None)
    took["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(took))
