//! The listener from the outside: real sockets, all endpoints, a field that its WSDL does not know.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Listener(Child);

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn message(object: &str, field: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>\
         <soapenv:Body><notifications xmlns='http://soap.sforce.com/2005/09/outbound'><OrganizationId>00Dx0000000001gEAA</OrganizationId>\
         <ActionId>04kx0000000001XAAQ</ActionId><Notification><Id>04lx0000000001XAAQ</Id>\
         <sObject xsi:type='sf:{object}' xmlns:sf='urn:sobject.enterprise.soap.sforce.com'><sf:Id>001x0000000001X</sf:Id>{field}</sObject>\
         </Notification></notifications></soapenv:Body></soapenv:Envelope>"
    )
}

fn post(address: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

#[test]
fn all_endpoints_acknowledge_and_a_new_field_costs_nothing() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_axum-listener"))
        .arg("127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    let _listener = Listener(child);
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("listening on http://").unwrap();
    for new in ["<sf:New__c>1</sf:New__c>", "<sf:New__c>1</sf:New__c><sf:Newer__c/>"] {
        let body = message("Opportunity", &format!("<sf:Name>Acme</sf:Name>{new}"));
        let reply = post(address, "/opportunity", &body);
        assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("<Ack>true</Ack>"), "{reply}");
        assert_eq!(lines.next().unwrap().unwrap(), "001x0000000001X: Some(\"Acme\") None None");
    }
    for name in ["New__c", "Newer__c"] {
        let note = format!(
            "sf-outbound: the WSDL of Opportunity does not know the element \"{name}\": it is passed over and counted"
        );
        assert_eq!(notes.next().unwrap().unwrap(), note);
    }
    let reply =
        post(address, "/account", &message("Account", "<sf:NumberOfEmployees>7</sf:NumberOfEmployees>"));
    assert!(reply.contains("<Ack>true</Ack>"), "{reply}");
    assert_eq!(lines.next().unwrap().unwrap(), "001x0000000001X: None, Some(7) employees");
    let reply = post(address, "/account", &message("Opportunity", ""));
    assert!(reply.starts_with("HTTP/1.1 500") && reply.contains("SFR0304"), "{reply}");
    for (object, line) in [
        ("Opportunity", "001x0000000001X: None None None"),
        ("Account", "001x0000000001X: None, None employees"),
    ] {
        let reply = post(address, "/salesforce", &message(object, ""));
        assert!(reply.contains("<Ack>true</Ack>"), "{reply}");
        assert_eq!(lines.next().unwrap().unwrap(), line);
    }
    let reply = post(address, "/salesforce", &message("Contact", ""));
    assert!(reply.starts_with("HTTP/1.1 500") && reply.contains("SFR0604"), "{reply}");
}
