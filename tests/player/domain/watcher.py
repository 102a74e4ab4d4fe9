"""A session fed by hand, for tests of the rule against skipping."""

from dataclasses import dataclass, field
from typing import TypedDict, Unpack

from player.domain.heartbeat import Accepted, Beat, Bounds, Refused, State, Verdict, accept
from player.domain.policy import Policy
from player.domain.spans import Span, total_ms

POLICY = Policy()
HOUR = 3_600_000
OPEN = Bounds(mac=b"", starts_ms=(0,), opened=(Span(0, HOUR),))  # one stretch, and its key was given


class Declared(TypedDict, total=False):
    """What a beat declares otherwise than "I am playing, in sight, at speed one"."""

    playing: bool
    visible: bool
    focused: bool
    seeking: bool
    rate_percent: int
    idle_ms: int
    stretch: int


@dataclass
class Watcher:
    """A session fed by hand: what the server remembers, and all media it counted."""

    state: State = field(default_factory=lambda: State(duration_ms=HOUR, heard_at_ms=0))
    spans: list[Span] = field(default_factory=list)
    used_until_ms: int = 0
    policy: Policy = POLICY
    bounds: Bounds = OPEN

    def beat(self, at_ms: int, position_ms: int, **declared: Unpack[Declared]) -> Verdict:
        made = Beat(
            seq=self.state.last_seq + 1,
            position_ms=position_ms,
            playing=declared.get("playing", True),
            visible=declared.get("visible", True),
            focused=declared.get("focused", True),
            seeking=declared.get("seeking", False),
            rate_percent=declared.get("rate_percent", 100),
            idle_ms=declared.get("idle_ms", 0),
            stretch=declared.get("stretch", 0),
        )
        return self.take(made, at_ms)

    def take(self, beat: Beat, at_ms: int) -> Verdict:
        verdict = accept(self.state, beat, at_ms, self.policy, self.bounds)
        if isinstance(verdict, Accepted | Refused) and verdict.state:
            self.state = verdict.state
        if isinstance(verdict, Accepted):
            assert self.used_until_ms <= verdict.from_ms <= verdict.until_ms
            self.used_until_ms = verdict.until_ms
            if verdict.span:
                assert verdict.span.length_ms <= verdict.until_ms - verdict.from_ms
                self.spans.append(verdict.span)
        return verdict

    @property
    def counted_ms(self) -> int:
        return total_ms(self.spans)
