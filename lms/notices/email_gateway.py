"""The only file that sends e-mail: through the operator's SMTP server, or in the demo to nobody."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from lms.notices.sms_gateway import Undelivered


def can_send() -> bool:
    """Say whether this installation has a way to send e-mail."""
    return bool(settings.EMAIL_HOST) or settings.DEMO


def send(*, address: str, title: str, text: str, key: str) -> str:
    """Send one e-mail and return a receipt. Raises Undelivered."""
    if not settings.EMAIL_HOST:
        return f"demo-{key}"[:80]
    # The same Message-ID twice: a mail program shows one.
    message = EmailMessage(title, text, to=[address], headers={"Message-ID": f"<{key}@zhuxue>"})
    try:
        message.send()
    except (OSError, SMTPException) as error:
        raise Undelivered(type(error).__name__) from None
    return key
