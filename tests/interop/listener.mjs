// A listener on node-soap: `node listener.mjs WSDL ack|nack|fault`. Prints a line of JSON for each message.
import http from "node:http";
import fs from "node:fs";
import soap from "soap";

const [wsdl, answer] = process.argv.slice(2);
const server = http.createServer((_, response) => response.writeHead(404).end());

function notifications(message) {
  console.log(JSON.stringify([message.Notification].flat().map(({ Id, sObject }) => ({ Id, sObject }))));
  if (answer === "fault") {
    throw { Fault: { faultcode: "soap:Server", faultstring: "not today", statusCode: 500 } };
  }
  return { Ack: answer === "ack" };
}

server.listen(0, "127.0.0.1", () => {
  const service = { NotificationService: { Notification: { notifications } } };
  soap.listen(server, "/salesforce", service, fs.readFileSync(wsdl, "utf8"));
  console.log(`listening on http://127.0.0.1:${server.address().port}/salesforce`);
});
