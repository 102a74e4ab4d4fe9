"""Seal the keys of all videos under a new LMS_MEDIA_KEY; the old one stands in LMS_MEDIA_KEY_OLD meanwhile."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from player.videos.actions import reseal_master_keys


class Command(BaseCommand):
    help = "Seal the keys of all videos under the present LMS_MEDIA_KEY. May be broken off and run again."

    def handle(self, *args: object, **options: object) -> None:
        resealed = reseal_master_keys(clock=timezone.now, on_batch=self._say)
        if resealed.unopened:
            ids = "、".join(map(str, resealed.unopened))
            raise CommandError(
                f"{resealed.count} 个视频密钥已改用新的主密钥；{len(resealed.unopened)} 个打不开，保持原样（视频 {ids}）。"
                "请把当时的密钥加入 LMS_MEDIA_KEY_OLD 后重新运行。"
            )
        self.stdout.write(f"完成：{resealed.count} 个视频密钥已改用新的主密钥。")

    def _say(self, count: int) -> None:
        self.stdout.write(f"已处理 {count} 个")
