"""Does it answer? HTTP and a WebSocket, asked the way a browser asks, with the standard library alone."""

import base64
import http.client
import os
import socket

_TEXT_FRAME, _CLOSE_FRAME = 0x81, 0x88
_SHORT = 125  # bytes; a frame up to this length has a header of two bytes


def http_answers(host: str, port: int, path: str = "/healthz", *, seconds: float = 5) -> bool:
    """Tell whether GET answers 200."""
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def socket_answers(host: str, port: int, path: str = "/ws/health", *, expected: str = "ok", seconds: float = 5) -> bool:
    """Tell whether a WebSocket opens and its first text frame is the expected one."""
    try:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            return _shake_hands(connection, host, port, path) and _first_text(connection) == expected
    except OSError:
        return False


def _shake_hands(connection: socket.socket, host: str, port: int, path: str) -> bool:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", f"Host: {host}:{port}", f"Origin: http://{host}:{port}", "Upgrade: websocket",
        "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "",
    ]  # fmt: skip
    connection.sendall("\r\n".join(lines).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):  # byte by byte: what follows belongs to the first frame
        byte = connection.recv(1)
        if not byte:
            return False
        head += byte
    return head.split(b" ", 2)[1] == b"101"


def _first_text(connection: socket.socket) -> str | None:
    """Return the first text frame, if it is a short one."""
    head = _exactly(connection, 2)
    if head[0] != _TEXT_FRAME or head[1] > _SHORT:
        return None
    text = _exactly(connection, head[1]).decode()
    connection.sendall(bytes([_CLOSE_FRAME, 0x80]) + bytes(4))  # goodbye; a client's frame is masked, here by zeros
    return text


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise ConnectionError("closed in the middle of a frame")
        data += more
    return data
