"""What this room writes into the learning log. Names and document numbers stay out: who is who says the label."""

from analytics.learning_log.kinds import Kind, register

register(
    Kind(
        "certificates.certificate_issued",
        zh="发证系统签发证书 {number} 第 {version} 版（{version_kind}）",
        en="The issuer issued version {version} of certificate {number} ({version_kind})",
        fields={
            "number": "number of the certificate",
            "version": "which version of it, counted from 1",
            "version_kind": "first, registered, renewal, exchange or correction",
            "facts_sha256": "hash of what stands on it",
            "post_code": "post of content.domain.posts",
            "region_code": "GB/T 2260 code of the region that issued it",
        },
        words={
            "version_kind": {
                "first": ("首次发证", "first issue"),
                "registered": ("历史数据登记", "taken over from before"),
                "renewal": ("延续更新", "renewal"),
                "exchange": ("旧证换发", "exchange of an old one"),
                "correction": ("更正", "correction"),
            }
        },
        label_zh="签发证书",
        label_en="Certificate issued",
    ),
)
