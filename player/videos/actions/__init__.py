"""Deeds on videos: taking a file in, making streams of it, and writing captions and chapters beside it."""

from player.videos.actions.captions import (
    ChangedMeanwhile,
    MayNotEdit,
    NoLengthYet,
    NoSuchVideo,
    UnknownLanguage,
    remove_captions,
    save_captions,
    save_chapters,
)
from player.videos.actions.processing import process_now, process_video
from player.videos.actions.resealing import Resealed, reseal_master_keys
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
    "ChangedMeanwhile",
    "Claim",
    "ClaimLost",
    "MayNotEdit",
    "MayNotUpload",
    "NoLengthYet",
    "NoSuchVideo",
    "NothingToRetry",
    "Resealed",
    "UnknownLanguage",
    "UploadRefused",
    "claim_video",
    "fail_video",
    "import_video",
    "process_now",
    "process_video",
    "publish_video",
    "remove_captions",
    "report_progress",
    "requeue_stalled",
    "reseal_master_keys",
    "retry_video",
    "save_captions",
    "save_chapters",
    "upload_video",
]
