"""A listener on lxml and OpenSSL. Prints a line of JSON for each message.

`python listener.py WSDL ack|nack|fault [CERTIFICATE KEY CLIENT-CERTIFICATE]`

Each message is validated against the schemas of the WSDL. With a certificate it speaks TLS, and asks for that of the
client.
"""

import json
import ssl
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSD = "http://www.w3.org/2001/XMLSchema"
OUTBOUND = "http://soap.sforce.com/2005/09/outbound"
ANSWERS = {
    "ack": (200, f'<notificationsResponse xmlns="{OUTBOUND}"><Ack>true</Ack></notificationsResponse>'),
    "nack": (200, f'<notificationsResponse xmlns="{OUTBOUND}"><Ack>false</Ack></notificationsResponse>'),
    "fault": (500, "<s:Fault><faultcode>s:Server</faultcode><faultstring>not today</faultstring></s:Fault>"),
}


def schema_of(wsdl):
    """The schemas of a WSDL, each in a file, since they import each other without saying from where."""
    with tempfile.TemporaryDirectory() as folder:
        schemas = etree.parse(wsdl).findall(f".//{{{XSD}}}schema")
        files = {schema.get("targetNamespace"): f"{number}.xsd" for number, schema in enumerate(schemas)}
        for schema in schemas:
            for element in schema.findall(f"{{{XSD}}}import"):
                element.set("schemaLocation", files[element.get("namespace")])
            (Path(folder) / files[schema.get("targetNamespace")]).write_bytes(etree.tostring(schema))
        return etree.XMLSchema(file=str(Path(folder) / files[OUTBOUND]))


def plain(element):
    """An element's children by local name, which may be elements again."""
    children = list(element)
    if not children:
        return element.text or ""
    return {etree.QName(child).localname: plain(child) for child in children}


class Listener(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = etree.fromstring(body).find(f"{{{SOAP}}}Body/{{{OUTBOUND}}}notifications")
        found = message.findall(f"{{{OUTBOUND}}}Notification")
        print(json.dumps({
            "valid": schema.validate(message),
            "action": self.headers["SOAPAction"],
            "notifications": [plain(notification) for notification in found],
        }), flush=True)
        status, content = ANSWERS[sys.argv[2]]
        reply = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{content}</s:Body></s:Envelope>'.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        """Nothing on standard error: standard output has all that matters."""


schema = schema_of(sys.argv[1])
server = HTTPServer(("127.0.0.1", 0), Listener)
scheme = "http"
if len(sys.argv) > 3:
    certificate, key, client = sys.argv[3:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(client)
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https"
print(f"listening on {scheme}://localhost:{server.server_port}/salesforce", flush=True)
server.serve_forever()
