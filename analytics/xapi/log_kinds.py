"""What the learning record store writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

STATEMENTS_STORED = "xapi.statements_stored"
NAMES_GIVEN = "xapi.names_given"
PERSON_NAMED = "xapi.person_named"
CLIENT_CREATED = "xapi.client_created"
CLIENT_REVOKED = "xapi.client_revoked"

register(
    Kind(
        STATEMENTS_STORED,
        zh="客户程序 {client} 送来 {statements} 条 xAPI 语句，已原样保存（摘要 {digest}）",
        en="Client {client} sent {statements} xAPI statements, kept as they came (digest {digest})",
        label_zh="接收 xAPI 语句",
        label_en="xAPI statements stored",
        fields={
            "client": "number of the client",
            "batch": "uuid that the statements of this request carry in the store",
            "statements": "how many were new",
            "digest": "SHA-256 over their JSON as stored, in the order of storing, a line feed after each",
        },
    ),
    Kind(
        NAMES_GIVEN,
        zh="客户程序 {client} 读取了 {statements} 条带姓名的语句",
        en="Client {client} read {statements} statements with the names of persons",
        label_zh="读取带姓名的语句",
        label_en="Named statements read",
        fields={"client": "number of the client", "statements": "how many were told"},
    ),
    Kind(
        PERSON_NAMED,
        zh="客户程序 {client} 查询了一个人的姓名（{names} 个）",
        en="Client {client} asked for the names of a person ({names} of them)",
        label_zh="查询姓名",
        label_en="Name asked for",
        fields={
            "client": "number of the client",
            "agent": "uuid by which the store finds the person's statements; tells no name",
            "names": "how many names were told that the client had not sent itself",
        },
    ),
    Kind(
        CLIENT_CREATED,
        zh="{actor} 开通客户程序 {client}，权限 {scopes}",
        en="{actor} let in the client {client} with the scopes {scopes}",
        label_zh="开通客户程序",
        label_en="xAPI client let in",
        fields={"client": "number of the client", "scopes": "names of its scopes"},
    ),
    Kind(
        CLIENT_REVOKED,
        zh="{actor} 停用客户程序 {client}",
        en="{actor} shut out the client {client}",
        label_zh="停用客户程序",
        label_en="xAPI client shut out",
        fields={"client": "number of the client"},
    ),
)
