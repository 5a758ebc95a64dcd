"""A desktop that its user has made hostile: root in its container, it answers whatever it likes to whoever asks."""
import base64
import hashlib
import http.server
import json
import os
import ssl
import subprocess
import threading

FOLDER = os.path.dirname(os.path.abspath(__file__))
SEEN = "/tmp/seen.jsonl"
SECRET = os.environ.get("BERTH_SESSION_SECRET", "the secret of this desktop")
# What would hurt if any of it came through.
HEADERS = [
    ("Set-Cookie", "tossed=header; Path=/"),
    ("Set-Cookie", "tossed=parent; Path=/; Domain=berth.localhost"),
    ("Clear-Site-Data", '"*"'),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Content-Security-Policy", "frame-ancestors *"),
    ("X-Frame-Options", "ALLOWALL"),
    ("Cross-Origin-Opener-Policy", "unsafe-none"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Service-Worker-Allowed", "/"),
    ("Permissions-Policy", "camera=*, microphone=*, geolocation=*"),
    ("Referrer-Policy", "unsafe-url"),
]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.close_connection = True
        with open(SEEN, "a", encoding="utf-8") as seen:
            seen.write(json.dumps({"path": self.path, "headers": self.headers.items()}) + "\n")
        if self.headers.get("Upgrade", "").lower() == "websocket":
            return self.stream()
        path = self.path.split("?")[0]
        if path.endswith("/secret.txt"):
            return self.answer(SECRET.encode(), "text/plain")
        if path.endswith(".js"):
            return self.answer(b"globalThis.ran = 'ran'", "text/javascript")
        with open(os.path.join(FOLDER, "page.html"), "rb") as page:
            return self.answer(page.read(), "text/html")

    def answer(self, body, kind):
        self.send_response(200)
        for name, value in HEADERS:
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        head = f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
        self.wfile.write((head + "Sec-WebSocket-Protocol: binary\r\n\r\n").encode() + b"\x82\x02ok")
        while self.rfile.read(1):
            pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, client_address):
        # In its own thread: a client without a handshake holds nobody else up.
        super().finish_request(self.tls.wrap_socket(request, server_side=True), client_address)

    def handle_error(self, request, client_address):
        pass


subprocess.run(
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=hostile"
    " -keyout /tmp/key.pem -out /tmp/cert.pem",
    shell=True,
    check=True,
    stderr=subprocess.DEVNULL,
)
Server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
Server.tls.load_cert_chain("/tmp/cert.pem", "/tmp/key.pem")
threading.stack_size(256 * 1024)
Server(("", 6901), Handler).serve_forever()
