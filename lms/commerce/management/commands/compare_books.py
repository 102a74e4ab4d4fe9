"""Compare our payments and refunds with the payment service's: a line for each difference, exit code 1 when there is one."""

from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.commerce.actions import compare_books
from lms.commerce.domain.gateway import GatewayTrouble
from lms.commerce.stripe_gateway import StripeGateway

WORDS = {
    "unknown_here": "只在支付服务有，不是我们的订单",
    "not_settled_here": "支付服务已收，我们未入账",
    "not_there": "我们已入账，支付服务没有",
    "amount": "付款金额不同",
    "refunded": "退款金额不同",
}


class Command(BaseCommand):
    help = "Compare the books with the payment service's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=7, help="how far back (7)")

    def handle(self, *args: object, days: int, **options: object) -> None:
        at = timezone.now()
        try:
            differences = compare_books(gateway=StripeGateway(), since=at - timedelta(days=days), at=at)
        except GatewayTrouble as trouble:
            raise CommandError(f"支付服务没有回应：{trouble}") from trouble
        for one in differences:
            ours, theirs = one.ours / 100, one.theirs / 100
            self.stdout.write(f"{one.reference}  {WORDS[one.what]}：我们 {ours:.2f}，支付服务 {theirs:.2f}")
        self.stdout.write(f"近 {days} 天不符 {len(differences)} 处")
        if differences:
            raise SystemExit(1)
