//! The status page in a browser that nobody here wrote.

use crate::stack::{root, script};
use sf_outbound_sender::{ManualClock, Operation, Org, Rest, read_definition};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const ACK: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack>\
    </notificationsResponse></e:Body></e:Envelope>";
const HTML: &str = "<html><script>alert(1)</script><h1>Bad gateway</h1></html>";

/// Where Chromium is, or `None`, said as such.
fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut found = std::env::split_paths(&paths).flat_map(|path| names.map(|name| path.join(name)));
    // Some systems have a script of that name, which only says where the browser is to be had.
    let runs = |path: &PathBuf| {
        let version =
            Command::new(path).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        path.is_file() && version.is_ok_and(|status| status.success())
    };
    let found = found.find(runs);
    if found.is_none() {
        println!(
            "SKIPPED: Chromium is not installed, so no browser opened the page (as root, `cargo xtask fetch` installs it)"
        );
    }
    found
}

/// A listener that answers everything so, as long as the test runs.
fn listener(status: u16, body: &'static str) -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        for stream in socket.incoming().flatten() {
            let mut reader = BufReader::new(&stream);
            let mut length = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let head =
                format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            (&stream).write_all((head + body).as_bytes()).unwrap();
        }
    });
    address
}

/// `Won` and `Copy` of each change of an `Opportunity`, to two listeners.
fn org(won: SocketAddr, copy: SocketAddr, token: Option<&str>) -> (Org, ManualClock) {
    let text = fs::read_to_string(root().join("tests/interop/page.toml")).unwrap();
    let text = text.replace("WON", &won.to_string()).replace("COPY", &copy.to_string());
    let definition = read_definition("page.toml", &text).definition.unwrap();
    let clock = ManualClock::default();
    let mut rest = Rest::on(([127, 0, 0, 1], 0).into());
    if let Some(token) = token {
        rest = rest.token(token);
    }
    let org = Org::builder(definition).clock(clock.clone()).rest(rest).start().unwrap();
    (org, clock)
}

fn deals(org: &Org, count: usize) {
    let names = [
        "Acme",
        "Globex <b>bold</b>",
        "Größe & Söhne",
        "Initech \u{202e}txet\u{7}",
        "A name that is as long as names of deals become when somebody writes all that was agreed into them",
    ];
    let deal = |number: usize| {
        let name = format!("{} {number}", names[number % names.len()]);
        let amount = f64::from(u32::try_from(number).unwrap()) * 12.25;
        let changes =
            [("Name", name), ("Amount", amount.to_string()), ("StageName", "Closed Won".to_owned())];
        Operation::Create { object: "Opportunity".to_owned(), changes: changes.into() }
    };
    for first in (0..count).step_by(200) {
        org.batch((first..count.min(first + 200)).map(deal).collect()).unwrap();
    }
    org.settle().unwrap();
}

/// Runs the script to its end, and wants it to be a good one; `false` where there is no browser.
fn run(mode: &str, org: &Org, arguments: &[&str]) -> bool {
    let (Some(mut command), Some(chromium)) = (script("page.mjs"), chromium()) else { return false };
    let base = format!("http://{}", org.address().unwrap());
    command.arg(mode).arg(chromium).arg(base).args(arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
    true
}

#[test]
fn every_action_works_in_chromium_with_and_without_scripts() {
    let (org, clock) = org(listener(500, HTML), listener(500, HTML), None);
    deals(&org, 30);
    clock.advance(DAY);
    org.settle().unwrap();
    deals(&org, 60);
    let before = org.status().unwrap();
    assert_eq!((before[0].waiting, before[0].failed), (60, 30));
    if !run("act", &org, &["x"]) {
        return;
    }
    let after = org.status().unwrap();
    assert_eq!((after[1].waiting, after[1].failed), (0, 0), "the script has deleted all of Copy");
    assert_eq!(after[0].failed, 0, "and has retried what had failed");
    assert!(org.rehearsal().is_nothing());
}

#[test]
fn axe_finds_nothing_whatever_there_is_to_show() {
    let folder = root().join("target/page");
    let folder = folder.to_str().unwrap();
    let (empty, _) = org(listener(200, ACK), listener(200, ACK), None);
    if !run("look", &empty, &[folder, "empty"]) {
        return;
    }
    let (many, _) = org(listener(200, ACK), listener(500, HTML), None);
    for part in 1..=4 {
        deals(&many, part * 100);
    }
    assert_eq!(many.status().unwrap()[1].waiting, 1_000);
    run("look", &many, &[folder, "pending"]);
    let (failed, clock) = org(listener(500, HTML), listener(200, ACK), None);
    deals(&failed, 40);
    clock.advance(DAY);
    failed.settle().unwrap();
    assert_eq!(failed.status().unwrap()[0].failed, 40);
    run("look", &failed, &[folder, "failed"]);
}

#[test]
fn the_door_opens_with_the_token_alone() {
    let (org, _) = org(listener(200, ACK), listener(200, ACK), Some("open sesame, cave of thieves"));
    run("login", &org, &["open sesame, cave of thieves"]);
}
