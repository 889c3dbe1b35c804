//! The listener from the outside: killed after its ack, it has handled each notification once.

use rusqlite::Connection;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Listener {
    process: Child,
    address: String,
}

impl Listener {
    fn start(file: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_durable-listener"))
            .arg("127.0.0.1:0")
            .arg(file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first =
            lines.find_map(|line| line.unwrap().strip_prefix("listening on http://").map(str::to_owned));
        // Whoever prints wants a reader.
        std::thread::spawn(move || lines.count());
        Self { process, address: first.unwrap() }
    }

    fn post(&self, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }
}

/// As `kill -9` does it.
impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn message(notification: &str, amount: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>\
         <soapenv:Body><notifications xmlns='http://soap.sforce.com/2005/09/outbound'><OrganizationId>00Dx0000000001gEAA</OrganizationId>\
         <ActionId>04kx0000000001XAAQ</ActionId><Notification><Id>{notification}</Id>\
         <sObject xsi:type='sf:Opportunity' xmlns:sf='urn:sobject.enterprise.soap.sforce.com'><sf:Id>006x0000000001X</sf:Id>\
         <sf:Amount>{amount}</sf:Amount><sf:Name>Acme</sf:Name><sf:StageName>Closed Won</sf:StageName></sObject>\
         </Notification></notifications></soapenv:Body></soapenv:Envelope>"
    )
}

#[test]
fn a_deal_is_counted_once_for_each_notification_though_the_listener_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deals.db");
    let messages =
        [("04lx0000000001XAAQ", "1.0"), ("04lx0000000002XAAQ", "2.0"), ("04lx0000000001XAAQ", "1.0")];
    for (notification, amount) in messages {
        let listener = Listener::start(&file);
        let reply = listener.post("/opportunity", &message(notification, amount));
        assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("<Ack>true</Ack>"), "{reply}");
    }
    let listener = Listener::start(&file);
    assert!(listener.post("/health", "").starts_with("HTTP/1.1 405"));
    let database = Connection::open(&file).unwrap();
    let started = Instant::now();
    while database
        .query_row("SELECT count(*) FROM notification WHERE state = 0", [], |row| row.get::<_, i64>(0))
        != Ok(0)
    {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(10));
    }
    let kept = database.query_row("SELECT name, amount, times FROM deal JOIN won USING (id)", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, f64>(1)?, row.get::<_, i64>(2)?))
    });
    assert_eq!(kept, Ok(("Acme".to_owned(), 2.0, 2)));
}
