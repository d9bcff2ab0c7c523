"""Where a server has what, and with which rights it is asked."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from toolbox_cli.core.errors import ConfigurationError

ROSTERING: Final = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}
GRADEBOOK: Final = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/gradebook/v1p2"}
_SCOPE: Final = "https://purl.imsglobal.org/spec/or/v{}/scope/{}"
_SPLIT: Final = ("/rostering/", "/gradebook/")


@dataclass(frozen=True)
class Places:
    """The base addresses of one server, on one origin.

    Attributes:
        rostering: of people and classes.
        gradebook: of line items and results.
        version: 1.1 or 1.2, as far as the address says; what rows look like is seen from them.
    """

    rostering: str
    gradebook: str
    version: str


def places(base_url: str, *, version: str | None = None, gradebook: str | None = None) -> Places:
    """Give the base addresses.

    An address with a path is taken as it is: some servers speak of 1.2 and are found below `/ims/oneroster/v1p1`. An
    address without one gets the standard's path.

    Args:
        base_url: the server, or below it where rostering is.
        version: 1.1 or 1.2; None for what the address says, else 1.2.
        gradebook: the address, or its path on the same server, where it is not beside rostering.

    Raises:
        ConfigurationError: there is no such version.
    """
    named = "1.1" if "v1p1" in base_url else "1.2"
    version = version or named
    if version not in ROSTERING:
        raise ConfigurationError(f"OneRoster {version} is not spoken here.", remedy="Give 1.1 or 1.2.")
    base_url = base_url.rstrip("/")
    parts = urlsplit(base_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.path:
        rostering, beside = base_url, origin + parts.path.replace(*_SPLIT)
    else:
        rostering, beside = origin + ROSTERING[version], origin + GRADEBOOK[version]
    if gradebook:
        beside = gradebook if "://" in gradebook else f"{origin}/{gradebook.strip('/')}"
    return Places(rostering, beside.rstrip("/"), version)


def scopes(version: str, *, grades: bool = False) -> tuple[str, ...]:
    """Give what a token is asked for: no more than is read, and so nothing of demographics.

    Args:
        version: 1.1 or 1.2.
        grades: also to read and write the gradebook.
    """
    asked = ["roster-core.readonly"]
    if grades:
        asked += ["gradebook.readonly", "gradebook.createput"]
    return tuple(_SCOPE.format(version.replace(".", "p"), name) for name in asked)
