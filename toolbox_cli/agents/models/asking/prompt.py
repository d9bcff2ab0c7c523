"""A prompt as it is sent."""

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Prompt:
    """What a model is told before its first answer.

    Attributes:
        rules: for every answer of this kind; with the answer's JSON schema.
        task: what this one is about.
    """

    rules: str
    task: str

    @property
    def sha256(self) -> str:
        """By which a prompt is recognised without being kept."""
        return hashlib.sha256(json.dumps([self.rules, self.task], ensure_ascii=False).encode()).hexdigest()
