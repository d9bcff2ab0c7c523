import pytest

pytest.register_assert_rewrite("tests.lms.sources.contract", "tests.lms.sources.gathering")
