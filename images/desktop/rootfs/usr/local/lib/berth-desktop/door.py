"""The desktop's only door: HTTPS and WebSocket on one port, both behind Basic auth, in front of Xvnc's unix socket.

websockify's handler does the WebSocket and the proxying; this adds a threaded TLS server (a hung client holds one
thread, never the listener), a constant-time password check, and a fixed set of pages instead of a directory.
"""
import argparse
import base64
import binascii
import functools
import gzip
import hashlib
import hmac
import http.server
import logging
import os
import re
import socket
import socketserver
import ssl
import sys
import threading
import time

sys.path.append("/usr/lib/python3/dist-packages")
from websockify.auth_plugins import AuthenticationError  # noqa: E402
from websockify.websocketproxy import ProxyRequestHandler  # noqa: E402

USER = b"kasm_user"
REQUEST_TIMEOUT_SECONDS = 30
# Each takes a thread of the container's process limit, and anybody can open one before giving a password.
MAX_CONNECTIONS = 128
TYPES = {".html": "text/html; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8"}
ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:*]+")


def frame_ancestors(origins):
    """Who may frame the page. Behind a gateway, the gateway replaces this header with the portal's own origin."""
    known = [origin for origin in origins.split() if ORIGIN.fullmatch(origin)]
    return " ".join(known) or "'none'"


def read_pages(folder):
    pages = {}
    for name in sorted(os.listdir(folder)):
        kind = TYPES.get(os.path.splitext(name)[1])
        if kind is None:
            continue
        with open(os.path.join(folder, name), "rb") as file:
            body = file.read()
        pages["/" + name] = (kind, body)
    pages["/"] = pages["/index.html"] = pages["/vnc.html"]
    return pages


@functools.lru_cache(maxsize=8)
def packed(body):
    """When first asked for: behind the portal nobody does, and a start has better to do."""
    return gzip.compress(body, 6, mtime=0)


class Handler(ProxyRequestHandler):
    server_version = "berth-desktop"
    sys_version = ""
    timeout = REQUEST_TIMEOUT_SECONDS

    def allowed(self):
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(given, self.server.credentials)

    def answer(self, status, body, kind="text/plain; charset=utf-8", headers=()):
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "frame-ancestors " + self.server.ancestors)
        self.send_header("Connection", "close")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self):
        self.answer(401, b"401 Unauthorized\n", headers=[("WWW-Authenticate", 'Basic realm="Desktop"')])

    def do_GET(self):
        if not self.allowed():
            return self.refuse()
        page = self.server.pages.get(self.path.partition("?")[0])
        if page is None:
            return self.answer(404, b"404 Not Found\n")
        kind, plain = page
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            return self.answer(200, packed(plain), kind, [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")])
        return self.answer(200, plain, kind)

    def do_HEAD(self):
        # GET only, like KasmVNC, but never without the password.
        return self.answer(404, b"") if self.allowed() else self.refuse()

    def handle_upgrade(self):
        if not self.allowed():
            return self.refuse()
        # A browser that has the password cached would also send it for a page of another site.
        if self.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return self.answer(403, b"403 Forbidden\n")
        if not self.headers.get("Origin") or not self.headers.get("Sec-WebSocket-Protocol"):
            return self.answer(404, b"404 Not Found\n")
        # websockify compares the offered names as they stand, spaces included.
        offered = [name.strip() for name in self.headers["Sec-WebSocket-Protocol"].split(",")]
        if "binary" not in offered:
            return self.answer(404, b"404 Not Found\n")
        self.headers.replace_header("Sec-WebSocket-Protocol", "binary")
        self.connection.settimeout(None)
        self.server.logger.info("viewer connected from %s", self.client_address[0])
        try:
            return super().handle_upgrade()
        finally:
            self.server.logger.info("viewer from %s left", self.client_address[0])

    def auth_connection(self):
        if not self.allowed():
            raise AuthenticationError(response_code=401)

    def log_request(self, code="-", size="-"):
        pass

    def log_message(self, format, *args):
        self.server.logger.debug("%s %s", self.client_address[0], format % args)

    def send_error(self, code, message=None, explain=None):
        self.command = getattr(self, "command", None)
        self.answer(code, b"%d\n" % code)


class Door(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128
    # What websockify's handler reads from its server.
    token_plugin = host_token = auth_plugin = wrap_cmd = ssl_target = target_host = target_port = None
    heartbeat = 0

    def __init__(self, options, credentials):
        self.logger = logging.getLogger("door")
        self.credentials = credentials
        self.unix_target = options.socket
        self.pages = read_pages(options.www)
        self.ancestors = frame_ancestors(os.environ.get("BERTH_PORTAL_ORIGINS", ""))
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(options.cert, options.key)
        self.tell_certificate(options.cert)
        self.free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__(("", options.port), Handler, bind_and_activate=False)

    def tell_certificate(self, path):
        # Said before anybody can connect: a portal learns from the log whose certificate it sees, much faster than from the file.
        with open(path, encoding="ascii") as pem:
            digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.read())).hexdigest().upper()
        self.logger.info("certificate SHA-256 %s", ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)))

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(REQUEST_TIMEOUT_SECONDS)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The handshake waits for the first read, in the connection's own thread.
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def process_request(self, request, client_address):
        if self.free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            request.close()

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.release()

    def server_bind(self):
        # HTTPServer would look its own name up in DNS here.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "desktop", self.server_address[1]

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        # A client that hangs up, speaks plain HTTP or distrusts the certificate is no event.
        if not isinstance(error, (OSError, ssl.SSLError)):
            self.logger.warning("%s %s: %s", client_address[0], type(error).__name__, error)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    for name in ("cert", "key", "socket", "www"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    logging.basicConfig(format="berth-desktop: %(message)s", level=logging.INFO)
    credentials = USER + b":" + sys.stdin.buffer.read().rstrip(b"\n")
    with Door(options, credentials) as door:
        # Listening means ready: whoever gets a page gets a desktop behind it.
        while not os.path.exists(options.socket):
            time.sleep(0.005)
        door.server_bind()
        door.server_activate()
        door.logger.info("ready on port %d", options.port)
        door.serve_forever()


if __name__ == "__main__":
    main()
