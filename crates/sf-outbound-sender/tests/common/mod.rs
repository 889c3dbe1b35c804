//! An organization to test with, and endpoints that behave as they are told.

#![allow(dead_code)] // Each test file uses its own part.

use sf_outbound::{Id, Kind, Limits, Notifications, Record, Schema};
use sf_outbound_sender::{Definition, Evaluate, Field, Object, OutboundMessage, Rule};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) const ORGANIZATION: Id = Id::literal("00D5w000000xyzAEAQ");
pub(crate) const ACTION: &str = "04k5w0000000001";

fn field(name: &str, kind: Kind) -> Field {
    Field { name: name.to_owned(), kind, external_id: name == "Number__c" }
}

/// `Opportunity` with a rule that sends `Won` on each change.
pub(crate) fn definition(endpoint: &str) -> Definition {
    Definition {
        organization_id: ORGANIZATION,
        api_version: 61,
        objects: vec![Object {
            name: "Opportunity".to_owned(),
            key_prefix: "006".to_owned(),
            fields: vec![
                field("Amount", Kind::Double),
                field("CloseDate", Kind::Date),
                field("IsWon", Kind::Boolean),
                field("LastModifiedDate", Kind::DateTime),
                field("Name", Kind::Text),
                field("Number__c", Kind::Text),
            ],
        }],
        rules: vec![Rule {
            name: "Every change".to_owned(),
            object: "Opportunity".to_owned(),
            active: true,
            evaluate: Evaluate::CreatedAndEveryEdit,
            criteria: Vec::new(),
            logic: None,
            messages: vec!["Won".to_owned()],
        }],
        messages: vec![message("Won", ACTION, endpoint)],
    }
}

/// An outbound message of `Opportunity`.
pub(crate) fn message(name: &str, action: &str, endpoint: &str) -> OutboundMessage {
    OutboundMessage {
        name: name.to_owned(),
        action_id: Id::new(action).unwrap(),
        object: "Opportunity".to_owned(),
        fields: ["Amount", "LastModifiedDate", "Name"].map(str::to_owned).to_vec(),
        endpoint: endpoint.to_owned(),
        protected: false,
        user: None,
    }
}

/// `definition` with a second outbound message, which the rule sends too.
pub(crate) fn two_messages(first: &str, second: &str) -> Definition {
    let mut definition = definition(first);
    definition.messages.push(message("Copy", "04k5w0000000002", second));
    definition.rules[0].messages.push("Copy".to_owned());
    definition
}

/// `definition` with another object, whose records `Won` can be pointed at.
pub(crate) fn two_objects(endpoint: &str, of: &str) -> Definition {
    let mut definition = definition(endpoint);
    let mut other = definition.objects[0].clone();
    (other.name, other.key_prefix) = ("Lead".to_owned(), "00Q".to_owned());
    definition.objects.push(other);
    of.clone_into(&mut definition.messages[0].object);
    of.clone_into(&mut definition.rules[0].object);
    definition
}

pub(crate) fn schema() -> Schema {
    let rows = [("Amount", Kind::Double), ("LastModifiedDate", Kind::DateTime), ("Name", Kind::Text)];
    Schema::new("Opportunity", rows.map(|(name, kind)| (name.to_owned(), kind))).unwrap()
}

/// What an endpoint does with a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Behaviour {
    Ack,
    Nack,
    Fault,
    Reply(u16, &'static str),
    /// Reads the message, and closes without an answer.
    LoseReply,
    /// Acknowledges after a while.
    Slow(Duration),
    /// This reply after a while.
    Late(Duration, &'static str),
}

pub(crate) const ACK: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack>\
    </notificationsResponse></soapenv:Body></soapenv:Envelope>";
const NACK: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>false</Ack>\
    </notificationsResponse></soapenv:Body></soapenv:Envelope>";
const FAULT: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>closed</faultstring></soapenv:Fault>\
    </soapenv:Body></soapenv:Envelope>";

/// A message that came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) message: Notifications<Record>,
    pub(crate) acknowledged: bool,
}

impl Received {
    /// Of each notification its id and the record's name; no name for a record without data.
    pub(crate) fn names(&self) -> Vec<(Id, Option<String>)> {
        let name = |record: &Record| record.get("Name").map(|name| name.to_string()).unwrap_or_default();
        self.message.notifications.iter().map(|n| (n.id, n.sobject.as_ref().map(name))).collect()
    }
}

type Behave = Box<dyn FnMut(&Notifications<Record>) -> Behaviour + Send>;

/// A listener that notes what comes and does as it is told.
pub(crate) struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    received: Mutex<Vec<Received>>,
    came: Condvar,
    behave: Mutex<Behave>,
    /// So that the end need not wait for connections that are kept alive.
    open: Mutex<Vec<TcpStream>>,
    ends: Mutex<bool>,
}

impl Endpoint {
    pub(crate) fn start(behave: impl FnMut(&Notifications<Record>) -> Behaviour + Send + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            came: Condvar::new(),
            behave: Mutex::new(Box::new(behave)),
            open: Mutex::default(),
            ends: Mutex::default(),
        });
        let thread = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.accept(&socket)
        });
        Self { address, shared, thread: Some(thread) }
    }

    pub(crate) fn always(behaviour: Behaviour) -> Self {
        Self::start(move |_| behaviour.clone())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/salesforce?token=secret", self.address)
    }

    pub(crate) fn now(&self, behaviour: Behaviour) {
        *self.shared.behave.lock().unwrap() = Box::new(move |_| behaviour.clone());
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Waits until so many messages came.
    pub(crate) fn wait(&self, count: usize) -> Vec<Received> {
        let end = Instant::now() + Duration::from_secs(20);
        let mut received = self.shared.received.lock().unwrap();
        while received.len() < count {
            assert!(Instant::now() < end, "{} of {count} messages came", received.len());
            received = self.shared.came.wait_timeout(received, Duration::from_millis(100)).unwrap().0;
        }
        received.clone()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        *self.shared.ends.lock().unwrap() = true;
        for stream in self.shared.open.lock().unwrap().drain(..) {
            drop(stream.shutdown(std::net::Shutdown::Both));
        }
        drop(TcpStream::connect(self.address));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

impl Shared {
    fn accept(self: &Arc<Self>, socket: &TcpListener) {
        let mut threads = Vec::new();
        for stream in socket.incoming().flatten() {
            if *self.ends.lock().unwrap() {
                break;
            }
            self.open.lock().unwrap().extend(stream.try_clone());
            let shared = Arc::clone(self);
            threads.push(std::thread::spawn(move || while shared.answer(&stream).is_some() {}));
        }
        for stream in self.open.lock().unwrap().drain(..) {
            drop(stream.shutdown(std::net::Shutdown::Both));
        }
        for thread in threads {
            drop(thread.join());
        }
    }

    /// One request; `None` when the connection is at its end.
    fn answer(&self, mut stream: &TcpStream) -> Option<()> {
        let (head, body) = request(stream)?;
        let message = schema().decode(&body, &Limits::default()).unwrap();
        let behaviour = (self.behave.lock().unwrap())(&message);
        let (status, reply) = match behaviour {
            Behaviour::Ack | Behaviour::Slow(_) => (200, ACK),
            Behaviour::Nack => (200, NACK),
            Behaviour::Fault => (500, FAULT),
            Behaviour::Reply(status, reply) => (status, reply),
            Behaviour::Late(_, reply) => (200, reply),
            Behaviour::LoseReply => (0, ""),
        };
        let body = String::from_utf8(body).unwrap();
        self.received.lock().unwrap().push(Received { head, body, message, acknowledged: reply == ACK });
        self.came.notify_all();
        if let Behaviour::Slow(pause) | Behaviour::Late(pause, _) = behaviour {
            std::thread::sleep(pause);
        }
        if status == 0 {
            drop(stream.shutdown(std::net::Shutdown::Both));
            return None;
        }
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            reply.len()
        );
        stream.write_all((head + reply).as_bytes()).ok()
    }
}

/// Head and body of a request; `None` at the end of the connection.
pub(crate) fn request(mut stream: impl Read) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 16 << 10];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let read = stream.read(&mut part).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase().strip_prefix("content-length:").and_then(|n| n.trim().parse().ok())
    });
    let length: usize = length.unwrap_or(0);
    while bytes.len() < end + length {
        let read = stream.read(&mut part).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
    }
    Some((head, bytes.split_off(end)))
}
