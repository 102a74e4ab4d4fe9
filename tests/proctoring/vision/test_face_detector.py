"""What the detector measures of a head that turns: real pictures through the real mesh."""

import pytest

from proctoring.domain.guidance import guide
from tests.proctoring import puppet

pytestmark = pytest.mark.media


def test_a_face_that_turns_has_not_gone_away() -> None:
    """In the picture its eyes come together by a seventh; it was told to come nearer, and so was who stood just near enough."""
    facts = {
        yaw: puppet.detector().look(
            puppet.jpeg_of(puppet.posed(puppet.Pose(yaw=yaw))), seq=1, sent_ms=0, received_ms=0
        )[0]
        for yaw in (-28.0, 0.0, 28.0)
    }
    assert facts[28.0].yaw > 12 and facts[-28.0].yaw < -12
    for turned in (facts[28.0], facts[-28.0]):
        assert turned.eye_px == pytest.approx(facts[0.0].eye_px, rel=0.06)
        assert guide(turned) == guide(facts[0.0]) == "ok"
