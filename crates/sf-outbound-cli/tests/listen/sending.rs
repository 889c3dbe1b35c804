//! `send` and `listen` by TLS, at limits, and when somebody ends them.

use crate::process::{Listener, OPPORTUNITY, command, good, interrupt, run, wait};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Writes `root.pem`, and `name.pem` with `name.key` for each name that it has signed.
fn certificates(folder: &Path, names: &[&str]) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    fs::write(folder.join("root.pem"), root.pem()).unwrap();
    for name in names {
        let key = KeyPair::generate().unwrap();
        let signed = CertificateParams::new([(*name).to_owned()]).unwrap().signed_by(&key, &root).unwrap();
        fs::write(folder.join(format!("{name}.pem")), signed.pem()).unwrap();
        fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    }
}

#[test]
fn a_listener_by_tls_demands_the_certificate_that_send_shows() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path(), &["localhost", "client"]);
    let file = |name: &str| text(&folder.path().join(name)).to_owned();
    let (root, chain, key) = (file("root.pem"), file("localhost.pem"), file("localhost.key"));
    let (client, client_key) = (file("client.pem"), file("client.key"));
    let tls = ["--wsdl", OPPORTUNITY, "--tls-cert", &chain, "--tls-key", &key, "--client-root", &root];
    let listener = Listener::start(&tls);
    assert!(listener.url.starts_with("https://127.0.0.1:"), "{}", listener.url);
    let url = listener.url.replace("127.0.0.1", "localhost");
    let send = ["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &url];
    let show = ["--client-cert", &client, "--client-key", &client_key];
    let shown = good(&[&send[..], &["--root-cert", &root], &show].concat());
    assert_eq!(shown, "HTTP 200: Delivered.\n");

    for (arguments, why, help) in [
        (&["--root-cert", &root][..], "but no TLS with it: it demands a client certificate", "--client-cert"),
        (&show[..], "but its certificate comes from an authority that is not trusted", "--root-cert"),
    ] {
        let output = run(&[&send[..], arguments].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.starts_with(&format!("error: reached {url}, {why}\nhelp: ")) && said.contains(help),
            "{said}"
        );
        assert!(!said.contains("javax"), "{said}");
    }
    let mixed = ["--client-cert", &client, "--client-key", &key];
    let output = run(&[&send[..], &mixed].concat());
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error: the client's key is not the key of its certificate\n");
    let output = run(&["listen", "--wsdl", OPPORTUNITY, "--tls-cert", &key, "--tls-key", &key]);
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!("error: {key} is no PEM text of a certificate\n")
    );
    let plain = url.replace("https:", "http:");
    let output = run(&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &plain]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("but it answers by TLS\nhelp: the port is one of https: write https:// in the URL"),
        "{said}"
    );
    let (out, _) = listener.stop();
    assert!(out.contains("1 message, 1 notification"), "{out}");
}

#[test]
fn a_client_that_never_agrees_on_keys_does_not_hold_up_the_end() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path(), &["localhost"]);
    let file = |name: &str| text(&folder.path().join(name)).to_owned();
    let tls = ["--tls-cert", &file("localhost.pem"), "--tls-key", &file("localhost.key")];
    let listener = Listener::start(&[&["--wsdl", OPPORTUNITY], &tls[..]].concat());
    let silent = TcpStream::connect(listener.url.trim_start_matches("https://")).unwrap();
    // It has been accepted when another has been answered.
    let url = listener.url.replace("127.0.0.1", "localhost");
    let root = file("root.pem");
    good(&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &url, "--root-cert", &root]);
    let stopping = Instant::now();
    listener.stop();
    assert!(stopping.elapsed() < Duration::from_secs(30), "{:?}", stopping.elapsed());
    drop(silent);
}

#[test]
fn a_message_above_the_limit_is_answered_and_the_limit_can_be_raised() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.xml");
    let padding = " ".repeat(17 << 20);
    fs::write(&file, good(&["sample", OPPORTUNITY]).replace("<sObject", &format!("{padding}<sObject")))
        .unwrap();
    let listener = Listener::start(&["--wsdl", OPPORTUNITY]);
    let output = run(&["send", text(&file), "--to", &listener.url]);
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("HTTP 413: Not delivered: "), "{said}");
    assert_eq!(output.status.code(), Some(1));
    listener.stop();
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--max-body", "32 MiB"]);
    assert_eq!(good(&["send", text(&file), "--to", &listener.url]), "HTTP 200: Delivered.\n");
    listener.stop();
    let output = run(&["listen", "--wsdl", OPPORTUNITY, "--max-body", "64"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains("such as 64MiB"), "{said}");
}

#[test]
fn a_redirect_names_its_target_without_secrets() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        for stream in socket.incoming().take(3) {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"</soapenv:Envelope>") {
                let mut part = [0; 4096];
                let read = stream.read(&mut part).unwrap();
                request.extend_from_slice(&part[..read]);
            }
            let head = "HTTP/1.1 302 Found\r\nLocation: https://me:opensesame@example.com/login?state=opensesame\r\n";
            stream
                .write_all(format!("{head}Connection: close\r\nContent-Length: 0\r\n\r\n").as_bytes())
                .unwrap();
        }
    });
    let expected = "HTTP 302: Not delivered: HTTP status 302 is a redirect, and Salesforce does not follow redirects: \
        https://example.com/login\n";
    for repeat in ["1", "2"] {
        let output = run(&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &url, "--repeat", repeat]);
        let shown = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{shown}");
        assert!(shown.contains(expected) && !shown.contains("opensesame"), "{shown}");
    }
    thread.join().unwrap();
}

#[test]
fn ctrl_c_ends_sending_with_the_summary() {
    let listener = Listener::start(&["--wsdl", OPPORTUNITY]);
    let send = ["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &listener.url, "--repeat", "1000"];
    let child = command(&[&send[..], &["--rate", "60/m"]].concat());
    let child = { child }.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait("message", || (listener.out().lines().count() > 2).then_some(()));
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(130), "{shown}");
    assert!(shown.starts_with("sent ") && shown.contains(", then stopped: delivered "), "{shown}");
    listener.stop();

    // A reply that does not come holds it up until the second time.
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--delay", "50s"]);
    let send = ["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", &listener.url, "--repeat", "5"];
    let child = command(&send).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait("message", || (listener.out().lines().count() > 2).then_some(()));
    interrupt(&child);
    std::thread::sleep(std::time::Duration::from_millis(600));
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(130), "{shown}");
    assert!(shown.starts_with("sent 0, then stopped: delivered 0"), "{shown}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("stopping when the replies in flight are there"), "{said}");
    drop(listener);
}
