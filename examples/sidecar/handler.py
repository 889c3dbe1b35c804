"""Takes what `sf-outbound listen --inbox` posts: each notification once, however often it is posted.

python3 handler.py 3000
"""

import json
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

deals = sqlite3.connect("deals.db")
deals.executescript(
    """
    CREATE TABLE IF NOT EXISTS seen(key TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS deal(id TEXT PRIMARY KEY, name TEXT);
    """
)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        record = message["Notification"][0]["sObject"]
        with deals:  # One transaction: the key and the effect are there together, or neither is.
            is_new = deals.execute("INSERT OR IGNORE INTO seen VALUES (?)", [key]).rowcount == 1
            # A record that was deleted before it was sent is null; an older state of one is superseded.
            if is_new and record and self.headers["Sf-Superseded"] == "false":
                deals.execute("REPLACE INTO deal VALUES (?, ?)", [record["Id"], record["Name"]])
        print("handled" if is_new else "seen before", key, flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()
