// What node-soap makes of WSDLs: a line of JSON for each.
import soap from "soap";

for (const file of process.argv.slice(2)) {
  const client = await soap.createClientAsync(file);
  const { notifications } = client.describe().NotificationService.Notification;
  const { Notification, ...header } = notifications.input;
  const one = Notification ?? notifications.input["Notification[]"];
  delete header["Notification[]"];
  const names = (element) => Object.keys(element).filter((name) => !name.startsWith("targetN"));
  console.log(JSON.stringify({
    header: names(header),
    notification: names(one),
    fields: names(one.sObject).map((name) => name.replace("[]", "")),
    reply: names(notifications.output),
  }));
}
