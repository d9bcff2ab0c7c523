import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.support.commands import ROOT
from tests.support.servers import Database, Server, as_url

HOLDER = """
import sys
from tests.support.servers import run_folder, server_of, watch_over
folder = run_folder()
warden = watch_over(folder)
server_of(18, folder)
print(warden.pid, folder, flush=True)
sys.stdin.read()
"""


def test_a_run_that_is_killed_leaves_nothing_behind() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        warden, folder = holder.stdout.readline().decode().split(maxsplit=1)
        watched = os.pidfd_open(int(warden))
        server = int((Path(folder.strip()) / "18/home/data/postmaster.pid").read_text().splitlines()[0])
        os.kill(server, 0)
        holder.kill()
        assert select.select([watched], [], [], 60)[0]
        os.close(watched)
    assert not Path(folder.strip()).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


def test_an_address_survives_being_written_as_a_url() -> None:
    conninfo = "host=/tmp/a-b user='x y' dbname='n/1' port=5433"
    assert conninfo_to_dict(as_url(conninfo)) == conninfo_to_dict(conninfo)


@pytest.mark.every_version
def test_each_version_is_what_it_says(server: Server, empty_database: Database) -> None:
    assert empty_database.execute("SHOW server_version_num")[0][0].startswith(str(server.version))


def test_databases_are_apart(empty_database: Database, database: Database) -> None:
    holding = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('toolbox', 'toolboxai', 'pas_in_peace', 'frames')"
    assert (empty_database.execute(holding), database.execute(holding)) == ([(0,)], [(4,)])
