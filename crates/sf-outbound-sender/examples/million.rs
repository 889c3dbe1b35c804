//! A queue of a million notifications: how fast it is filled and emptied, how much memory it takes, and how both compare
//! with writing and syncing the same bytes to a log.
//!
//! `cargo run --release -p sf-outbound-sender --features server --example million [ROWS]`

use sf_outbound::{Id, Kind};
use sf_outbound_sender::{
    Changes, Definition, Evaluate, Field, Object, Operation, Org, OutboundMessage, Rest, Rule,
};
use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Records of one transaction, as in Salesforce.
const BATCH: usize = 200;
const ACK: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack>\
    </notificationsResponse></soapenv:Body></soapenv:Envelope>";

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args().nth(1).map_or(Ok(1_000_000), |rows| rows.parse::<usize>())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("org.db");
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let address = listen(Arc::clone(&gate))?;
    let org = Org::builder(definition(&format!("http://{address}/")))
        .file(&file)
        .timeout(Duration::from_secs(60 * 60))
        .rest(Rest::on(([127, 0, 0, 1], 0).into()))
        .start()?;
    println!(
        "{:<32} {:>12} {:>12} {:>12} {:>6} {:>8}",
        "phase", "rows", "rows/s", "log rows/s", "ratio", "RSS MB"
    );

    // The first message is held back, so that all others wait.
    singles(&org, 1, 4_000, folder.path())?;
    singles(&org, 16, 16_000, folder.path())?;
    let before = usize::try_from(org.status()?[0].waiting)?;

    let quarter = rows / 4 / BATCH * BATCH;
    let rows = quarter * 4;
    let mut phase = Phase::new("enqueue, 200 a transaction", BATCH, folder.path());
    for part in 0..4 {
        let started = Instant::now();
        for batch in 0..quarter / BATCH {
            org.batch((0..BATCH).map(|row| create(part * quarter + batch * BATCH + row)).collect())?;
        }
        phase.part(quarter, started.elapsed())?;
    }
    phase.end();
    assert_eq!(usize::try_from(org.status()?[0].waiting)?, rows + before);
    let bytes = std::fs::metadata(&file)?.len();
    println!("{:<32} {:>12}", "bytes of the file a row", bytes / u64::try_from(rows)?);

    pages(&org)?;

    let mut phase = Phase::new("deliver, 100 a message", 100, folder.path());
    let mut left = rows + before;
    while left > 0 {
        let started = Instant::now();
        open(&gate, true);
        let waiting = loop {
            std::thread::sleep(Duration::from_millis(200));
            let waiting = usize::try_from(org.status()?[0].waiting)?;
            if left - waiting >= quarter || waiting == 0 {
                break waiting;
            }
        };
        let took = started.elapsed();
        // The disk is the log's alone meanwhile.
        open(&gate, false);
        phase.part(left - waiting, took)?;
        left = waiting;
    }
    phase.end();
    println!("{:<32} {:>12}", "peak of memory, MB", memory("VmHWM:"));
    org.stop();
    Ok(())
}

/// Creates on several threads, each in a transaction that it waits for.
fn singles(org: &Org, threads: usize, rows: usize, folder: &Path) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let work = |_| -> Result<(), sf_outbound_sender::Error> {
        (0..rows / threads).try_for_each(|row| org.batch(vec![create(row)]).map(drop))
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or(Ok(())))
    })?;
    Phase::new(&format!("create, one by one, {threads} threads"), 1, folder).part(rows, started.elapsed())?;
    Ok(())
}

fn create(row: usize) -> Operation {
    let changes = Changes::default()
        .set("Name", format!("Backpackers, Inc. (Sample) {row}"))
        .set("StageName", "Negotiation/Review")
        .set("Amount", f64::from(u32::try_from(row % 100_000).unwrap_or(0)) / 8.0)
        .set("CloseDate", "2026-12-31")
        .set("Description", "Call back <soon> & \"politely\". ".repeat(8));
    Operation::Create { object: "Opportunity".to_owned(), changes }
}

fn definition(endpoint: &str) -> Definition {
    let field = |(name, kind): (&str, Kind)| Field { name: name.to_owned(), kind, external_id: false };
    let fields = [
        ("Amount", Kind::Double),
        ("CloseDate", Kind::Date),
        ("Description", Kind::Text),
        ("LastModifiedDate", Kind::DateTime),
        ("Name", Kind::Text),
        ("StageName", Kind::Text),
    ];
    Definition {
        organization_id: Id::literal("00D5w000000xyzA"),
        api_version: 61,
        objects: vec![Object {
            name: "Opportunity".to_owned(),
            key_prefix: "006".to_owned(),
            fields: fields.map(field).to_vec(),
        }],
        rules: vec![Rule {
            name: "Every change".to_owned(),
            object: "Opportunity".to_owned(),
            active: true,
            evaluate: Evaluate::CreatedAndEveryEdit,
            criteria: Vec::new(),
            logic: None,
            messages: vec!["Changed".to_owned()],
        }],
        messages: vec![OutboundMessage {
            name: "Changed".to_owned(),
            action_id: Id::literal("04k5w0000000001"),
            object: "Opportunity".to_owned(),
            fields: fields.map(|(name, _)| name.to_owned()).to_vec(),
            endpoint: endpoint.to_owned(),
            protected: false,
            user: None,
        }],
    }
}

/// How long the status page takes: the slowest of 20 times each.
fn pages(org: &Org) -> Result<(), Box<dyn Error>> {
    let Some(address) = org.address() else { return Ok(()) };
    let middle = org.waiting("Changed", 1)?[0].record;
    for path in ["/", "/?reason=nothing", &format!("/?record={middle}"), "/messages", "/records/Opportunity"]
    {
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let started = Instant::now();
            let mut stream = TcpStream::connect(address)?;
            write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
            let mut reply = String::new();
            stream.read_to_string(&mut reply)?;
            assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
            slowest = slowest.max(started.elapsed());
        }
        println!("page {path:<32} {:>7} ms at most", slowest.as_millis());
    }
    Ok(())
}

type Gate = (Mutex<bool>, Condvar);

fn open(gate: &Gate, is_open: bool) {
    *gate.0.lock().unwrap_or_else(PoisonError::into_inner) = is_open;
    gate.1.notify_all();
}

/// One table row a part, and what the same rows took to be written to a log right after it: the disk's own speed
/// changes by the minute.
struct Phase<'p> {
    name: &'p str,
    group: usize,
    folder: &'p Path,
    rows: usize,
    took: Duration,
    log: Duration,
}

impl<'p> Phase<'p> {
    fn new(name: &'p str, group: usize, folder: &'p Path) -> Self {
        Self { name, group, folder, rows: 0, took: Duration::ZERO, log: Duration::ZERO }
    }

    fn part(&mut self, rows: usize, took: Duration) -> std::io::Result<()> {
        let log = log_of(self.folder, rows, self.group)?;
        Self::show(self.name, rows, took, log);
        self.rows += rows;
        self.took += took;
        self.log += log;
        Ok(())
    }

    fn show(name: &str, rows: usize, took: Duration, log: Duration) {
        let (own, log) = (rate(rows, took), rate(rows, log));
        #[allow(clippy::cast_precision_loss)]
        let ratio = own as f64 / log as f64;
        println!("{name:<32} {rows:>12} {own:>12} {log:>12} {ratio:>6.2} {:>8}", memory("VmRSS:"));
    }

    fn end(&self) {
        Self::show(
            &format!("{}, all", self.name.split(',').next().unwrap_or_default()),
            self.rows,
            self.took,
            self.log,
        );
    }
}

/// How long the bytes of so many rows take to be written to a log that is synced after each group.
fn log_of(folder: &Path, rows: usize, group: usize) -> std::io::Result<Duration> {
    // As long as a record of `create` in the file, with its row of the queue.
    let bytes = vec![b'x'; 430 * group];
    let mut log = File::create(folder.join("log"))?;
    let started = Instant::now();
    for _ in 0..rows / group {
        log.write_all(&bytes)?;
        log.sync_data()?;
    }
    Ok(started.elapsed())
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rate(rows: usize, time: Duration) -> u64 {
    (rows as f64 / time.as_secs_f64()) as u64
}

/// MB, where the system says it.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found =
        status.lines().find_map(|text| text.strip_prefix(line)?.split_whitespace().next()?.parse().ok());
    found.map_or(0, |kilobytes: u64| kilobytes / 1024)
}

/// A listener that acknowledges everything, once the gate is open.
fn listen(gate: Arc<Gate>) -> std::io::Result<SocketAddr> {
    let socket = TcpListener::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    std::thread::spawn(move || {
        for stream in socket.incoming().flatten() {
            let gate = Arc::clone(&gate);
            std::thread::spawn(move || answer(stream, &gate));
        }
    });
    Ok(address)
}

fn answer(mut stream: TcpStream, gate: &Gate) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = Vec::new();
    let mut part = vec![0; 64 << 10];
    loop {
        let read = stream.read(&mut part)?;
        if read == 0 {
            return Ok(());
        }
        bytes.extend_from_slice(&part[..read]);
        if !bytes.ends_with(b"</soapenv:Envelope>") {
            continue;
        }
        bytes.clear();
        let open = gate.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(gate.1.wait_while(open, |open| !*open));
        let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ACK}", ACK.len());
        stream.write_all(reply.as_bytes())?;
    }
}
