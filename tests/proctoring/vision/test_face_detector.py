"""What the detector measures of a head that turns: real pictures through the real mesh."""

import numpy as np
import pytest

from proctoring.domain.facts import NO_COLOUR
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


def test_colours_are_those_of_the_face_and_of_the_corners() -> None:
    picture = puppet.posed(puppet.Pose())
    warmer = np.clip(picture * np.array([1.1, 1.0, 0.9]), 0, 255).astype(np.uint8)
    plain, tinted = (
        puppet.detector().look(puppet.jpeg_of(one, quality=95), seq=1, sent_ms=0, received_ms=0)[0].colour
        for one in (picture, warmer)
    )
    for part in (slice(0, 3), slice(3, 6)):
        assert np.array(tinted[part]) / np.array(plain[part]) == pytest.approx((1.1, 1.0, 0.9), abs=0.02)
    assert plain[:3] != pytest.approx(plain[3:], rel=0.05)
    nobody = puppet.detector().look(puppet.jpeg_of(np.zeros_like(picture)), seq=1, sent_ms=0, received_ms=0)[0]
    assert nobody.colour == NO_COLOUR


def test_the_mesh_sees_bit_for_bit_what_mediapipes_own_class_sees() -> None:
    """The judge is calibrated on it."""
    from mediapipe.python.solutions.face_mesh import FaceMesh

    stock = FaceMesh(static_image_mode=True, max_num_faces=2, refine_landmarks=True, min_detection_confidence=0.5)
    plain = puppet.posed(puppet.Pose())
    two = np.ascontiguousarray(np.concatenate([plain[:, 120:-120], plain[:, 120:-120][:, ::-1]], axis=1))
    small = np.ascontiguousarray(plain[::2, ::2])
    turned = [puppet.posed(puppet.Pose(yaw=yaw, pitch=pitch)) for yaw in (-60, -25, 10, 40) for pitch in (-15, 10)]
    counts = set()
    for picture in (plain, np.zeros_like(plain), *turned, two, small, plain // 5):
        seen = stock.process(picture).multi_face_landmarks or []
        found = puppet.detector().mesh.faces(picture)
        assert [face.SerializeToString() for face in found] == [face.SerializeToString() for face in seen]
        counts.add(len(found))
    assert counts == {0, 1, 2}
