"""A real server on this machine that answers as endpoints of language models do, in both wire formats.

    with serving_model() as model:
        model.says('{"name": "Palm Bay", ...}')     # the next answer; after the last one it writes good ones
        model.web.trouble(throttled("1"), times=2)   # and whatever tests.support.web can do wrong
        settings = model.settings(timeout_s=0.5)

`model.prompts` holds what came, each as one text. `model.good` reads a prompt and writes what can be taken.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from tests.support.web import Asked, Web, serving
from toolbox_cli.agents.models.endpoint import Endpoint, endpoint
from toolbox_cli.core.sections import ModelSettings

KEY: Final = "sk-of-the-school-7f3a9c"
TOKENS_IN: Final = 120
TOKENS_OUT: Final = 80

_STEP: Final = re.compile(r"^\d+\. (\w+), \d+ minutes$", re.MULTILINE)
_TERM: Final = re.compile(r"^Terms: ([^(]+) \(", re.MULTILINE)
_WANTED: Final = re.compile(r"Choose the (\d+) questions")
_LISTED: Final = re.compile(r"^(q\d\d-[\w-]+) \((easy|medium|hard)(, may have a scene)?\)", re.MULTILINE)


class ModelServer:
    """One endpoint of each kind, with a model that is asked for words of lessons."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.answers: list[Any] = []
        self.usage: dict[str, Any] | None = None
        self.scene = "Your crew counts what the waves brought"
        self.last: Callable[[str], Any] = self.good
        web.on("POST", "/v1/chat/completions", self._openai)
        web.on("POST", "/v1/messages", self._anthropic)

    def says(self, *answers: Any) -> None:
        """Give texts to answer with, in their order; a dict is merged into the whole answer instead."""
        self.answers += answers

    def always(self, answer: Any) -> None:
        self.last = lambda _: answer

    def settings(self, provider: str = "openai-compatible", **more: Any) -> ModelSettings:
        url = f"{self.web.url}/v1" if provider == "openai-compatible" else self.web.url
        held = {"provider": provider, "url": url, "name": "small-model", "key": KEY, "timeout_s": 5, "patience_s": 30}
        return ModelSettings.model_validate({**held, **more})

    def endpoint(self, provider: str = "openai-compatible", **more: Any) -> Endpoint:
        """Give the endpoint of these settings, which waits only briefly between tries."""
        made = endpoint(self.settings(provider, **more))
        assert made
        return replace(made, wait_s=0.01)

    @property
    def prompts(self) -> list[str]:
        """What came, in order: the last turn of each request with all before it."""
        return ["\n".join(_texts(asked.json())) for asked in self.web.asked]

    def good(self, prompt: str) -> str:
        """Write what a good model would."""
        if '"title":"LessonWords"' in prompt:
            term = _TERM.search(prompt)
            return json.dumps(lesson_words(len(_STEP.findall(prompt)), term[1] if term else "part"))
        if '"title":"QuizChoice"' in prompt:
            return json.dumps({"picks": self._picks(prompt)})
        return json.dumps({"name": "Palm Bay", "ground": ["Sand", "Mud", "Rock"], "caves": False})

    def _picks(self, prompt: str) -> list[dict[str, str]]:
        found = _WANTED.search(prompt)
        assert found
        wanted, listed = int(found[1]), _LISTED.findall(prompt)
        return [
            {"key": key, "hint": "Say it again in words of your own.", **({"scene": f"{self.scene}."} if scene else {})}
            for key, _, scene in (listed[place * len(listed) // wanted] for place in range(wanted))
        ]

    def _next(self, asked: Asked) -> Any:
        return self.answers.pop(0) if self.answers else self.last("\n".join(_texts(asked.json())))

    def _openai(self, asked: Asked) -> Any:
        answer = self._next(asked)
        usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT, "total_tokens": TOKENS_IN + TOKENS_OUT}
        text = answer if isinstance(answer, str) else ""
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        held = {"id": "c-1", "object": "chat.completion", "created": 1, "model": "small-model", "choices": [choice]}
        return {**held, "usage": self.usage or usage, **(answer if isinstance(answer, dict) else {})}

    def _anthropic(self, asked: Asked) -> Any:
        answer = self._next(asked)
        usage = {"input_tokens": TOKENS_IN, "output_tokens": TOKENS_OUT}
        held = {"id": "m-1", "type": "message", "role": "assistant", "model": "small-model", "stop_sequence": None}
        content = [{"type": "text", "text": answer if isinstance(answer, str) else ""}]
        said = {**held, "content": content, "stop_reason": "end_turn", "usage": self.usage or usage}
        return {**said, **(answer if isinstance(answer, dict) else {})}


def lesson_words(activities: int, term: str = "part") -> dict[str, Any]:
    """Give the words of a plan with so many activities, about a term."""
    return {
        "title": "Sharing What the Waves Brought",
        "description": "Students find one unit for parts of different size.",
        "summary": "You share what you find on the shore, and nobody gets less.",
        "activities": [
            {"name": f"Station {chr(65 + number)}", "text": f"Meet your crew, and show {number + 1} times: {term}."}
            for number in range(activities)
        ],
        "reflection": ["What was new to you?", "What would you do otherwise?"],
        "support": "Work with things that can be held.",
        "stretch": "Find a case that looks hard, and solve it.",
    }


def _texts(body: dict[str, Any]) -> Iterator[str]:
    yield from _content(body.get("system") or "")
    for message in body["messages"]:
        yield from _content(message["content"])


def _content(content: str | Sequence[dict[str, str]]) -> list[str]:
    return [content] if isinstance(content, str) else [part["text"] for part in content]


@contextlib.contextmanager
def serving_model() -> Iterator[ModelServer]:
    """Run the server; at its end, every handler must have worked."""
    with serving() as web:
        yield ModelServer(web)
