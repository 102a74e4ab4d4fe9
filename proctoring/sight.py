"""Placeholder until the eye is here."""
from dataclasses import dataclass
from typing import Any
@dataclass(frozen=True)
class _E:
    name: str = "none"
    version: str = "0"
    demo_grade: bool = True
def draw(seed: bytes, *, least: int, most: int, unlike: Any) -> dict[str, Any]:
    return {"steps": [{"action": "blink"}]}
def length_ms(challenge: dict[str, Any]) -> int:
    return 20000
def steps(challenge: dict[str, Any]) -> list[dict[str, Any]]:
    return list(challenge["steps"])
def embedder() -> _E:
    return _E()
def alike(model_name: str) -> float:
    return 0.9
def is_demo_grade(model_name: str) -> bool:
    return True
