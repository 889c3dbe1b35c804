"""What zeep makes of WSDLs: a line of JSON for each."""

import json
import sys

import zeep

for file in sys.argv[1:]:
    client = zeep.Client(file)
    port = client.wsdl.services["NotificationService"].ports["Notification"]
    operation = port.binding.get("notifications")
    body = operation.input.body.type
    elements = dict(body.elements)
    notification = elements["Notification"].type
    record = dict(notification.elements)["sObject"].type
    print(json.dumps({
        "header": [name for name in elements if name != "Notification"],
        "notification": [name for name, _ in notification.elements],
        "fields": [name for name, _ in record.elements],
        "types": [element.type.name for _, element in record.elements],
        "reply": [name for name, _ in operation.output.body.type.elements],
        "most": elements["Notification"].max_occurs,
        "location": port.binding_options["address"],
    }))
