from collections.abc import Iterator

import pytest

from tests.support.endpoints import ModelServer, serving_model


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with serving_model() as served:
        yield served
