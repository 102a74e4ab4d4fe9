"""Deeds on videos: taking a file in, and making streams of it."""

from player.videos.actions.processing import process_now, process_video
from player.videos.actions.states import (
    Claim,
    ClaimLost,
    claim_video,
    fail_video,
    publish_video,
    report_progress,
    requeue_stalled,
)
from player.videos.actions.uploading import (
    MayNotUpload,
    NothingToRetry,
    UploadRefused,
    import_video,
    retry_video,
    upload_video,
)

__all__ = [
    "Claim",
    "ClaimLost",
    "MayNotUpload",
    "NothingToRetry",
    "UploadRefused",
    "claim_video",
    "fail_video",
    "import_video",
    "process_now",
    "process_video",
    "publish_video",
    "report_progress",
    "requeue_stalled",
    "retry_video",
    "upload_video",
]
