"""The queue is found by its name alone, and is ours."""

from tests.support.servers import Database
from toolbox_cli.core.database.queue import sees_queue, sight


def test_the_queue_of_another_program_is_not_taken_for_ours(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("SET search_path TO public, toolbox")
        assert sees_queue(connection)
        connection.execute("CREATE TABLE public.procrastinate_jobs ()")
        assert not sees_queue(connection)
        mended = sight(connection)
        assert mended.endswith(f" IN DATABASE {database.name} SET search_path = toolbox, public")
        connection.execute("SET search_path TO toolbox, public")
        assert sees_queue(connection)
