from collections.abc import Iterator

import pytest

from tests.analytics.exporting.stores.serving import Served, serving


@pytest.fixture(scope="session")
def _object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("moto") / "log") as served:
        yield served


@pytest.fixture
def object_store(_object_store: Served) -> Served:
    _object_store.reset()
    return _object_store
