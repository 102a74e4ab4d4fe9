"""Certificates that were exchanged before a licence had a day of exchange get it.

The day is what the issuer wrote on the version that was given in exchange; it is what a certificate exchanged today gets. Where
no certificate of a licence says that it was exchanged, or the licence bears another day than that version, nobody knows: it
stays NULL. Balances are made anew by themselves: they keep what they were judged by.
"""

from django.db import migrations

FORWARD = """
UPDATE accounts_licence licence SET exchanged_on = licence.issued_on
FROM certificates_certificate certificate
JOIN certificates_certificateversion version ON version.certificate_id = certificate.id AND version.kind = 'exchange'
WHERE certificate.licence_id = licence.id AND certificate.number = licence.number AND licence.exchanged_on IS NULL
    AND version.facts ->> 'issued_on' = to_char(licence.issued_on, 'YYYY-MM-DD');
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0006_renewals_doubted"), ("accounts", "0002_licence_exchanged_on")]
    # Backwards nothing is taken away: the days are right for whatever made them.
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
