//! Our organization between clients and listeners that nobody here wrote.

use crate::stack::{Running, root, script};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The organization of `tests/interop/org.toml` with this endpoint.
fn file(folder: &Path, endpoint: &str) -> PathBuf {
    let text = fs::read_to_string(root().join("tests/interop/org.toml")).unwrap();
    let file = folder.join("org.toml");
    fs::write(&file, text.replace("ENDPOINT", endpoint)).unwrap();
    file
}

/// The WSDL that the organization gives out for its outbound message.
fn wsdl(folder: &Path) -> PathBuf {
    let file = file(folder, "http://localhost/");
    let output = sf_outbound(&["org", "wsdl"]).arg(file).arg("Deals").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let wsdl = folder.join("deals.wsdl");
    fs::write(&wsdl, output.stdout).unwrap();
    wsdl
}

fn sf_outbound(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sf-outbound"));
    command.args(arguments);
    command
}

/// A listener, and its address.
fn listener(name: &str, folder: &Path, options: &[&str]) -> Option<(Running, String)> {
    let running = Running::start(script(name)?.arg(wsdl(folder)).args(options));
    let line = running.line();
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
    Some((running, url))
}

/// A running organization, and the address of its REST API.
fn org(folder: &Path, endpoint: &str, options: &[&str]) -> (Running, String) {
    let mut command = sf_outbound(&["org"]);
    command.arg(file(folder, endpoint)).args(["--listen", "127.0.0.1:0"]).args(options);
    let running = Running::start(&mut command);
    let line = running.line();
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
    (running, url)
}

/// Files of a certificate that vouches for itself, and of its key.
fn certificate(folder: &Path, name: &str) -> [String; 2] {
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    [("certificate", made.cert.pem()), ("key", made.signing_key.serialize_pem())].map(|(what, pem)| {
        let file = folder.join(format!("{name}-{what}.pem"));
        fs::write(&file, pem).unwrap();
        file.to_str().unwrap().to_owned()
    })
}

/// Notifications of a listener's next messages, until there are this many.
fn notifications(listener: &Running, count: usize) -> Vec<Value> {
    let mut all = Vec::new();
    while all.len() < count {
        let line = listener.json();
        let found = line.get("notifications").unwrap_or(&line);
        if let Some(valid) = line.get("valid") {
            assert_eq!((valid, &line["action"]), (&json!(true), &json!("\"\"")), "{line}");
        }
        all.extend(found.as_array().unwrap().iter().cloned());
    }
    assert_eq!(all.len(), count, "{all:?}");
    all
}

#[test]
fn jsforce_changes_records_and_node_soap_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut client) = script("client.mjs") else { return };
    let Some((listener, endpoint)) = listener("listener.mjs", folder.path(), &["ack"]) else { return };
    let (_org, url) = org(folder.path(), &endpoint, &[]);

    let client = Running::start(client.arg(url));
    let created = client.json();
    assert_eq!(created["success"], true, "{created}");
    let updated = client.json();
    assert_eq!((&updated["success"], &updated["id"]), (&json!(true), &created["id"]));
    let read = client.json();
    assert_eq!((&read["Name"], &read["Amount"]), (&json!("Größe <1> & \"2\""), &Value::Null), "{read}");
    let upserted = client.json();
    assert_eq!(upserted["success"], true, "{upserted}");
    let many = client.json();
    assert_eq!(many.as_array().map(Vec::len), Some(2), "{many}");
    assert_eq!(client.json()["success"], true);
    assert_eq!(client.json()["errorCode"], "INVALID_FIELD");

    let heard = notifications(&listener, 3);
    let records: Vec<_> = heard.iter().map(|notification| &notification["sObject"]).collect();
    let first = records.iter().find(|record| record["Id"] == created["id"]).unwrap();
    assert_eq!((&first["Name"], &first["StageName"]), (&read["Name"], &json!("Closed Won")));
    assert!(first.get("Amount").is_none() && first.get("CreatedDate").is_some(), "{first}");
    assert!(records.iter().any(|record| record["Number__c"] == "N-1"));
}

#[test]
fn simple_salesforce_changes_records_by_tls_and_lxml_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut client) = script("client.py") else { return };
    let Some((listener, endpoint)) = listener("listener.py", folder.path(), &["ack"]) else { return };
    let [certificate, key] = certificate(folder.path(), "rest");
    let (_org, url) = org(folder.path(), &endpoint, &["--tls-cert", &certificate, "--tls-key", &key]);

    let client = Running::start(client.arg(url.strip_prefix("https://").unwrap()).arg(&certificate));
    let created = client.json();
    assert_eq!(created["success"], true, "{created}");
    assert_eq!(client.json(), 204);
    assert_eq!(client.json()["StageName"], "Closed Lost");
    let upserted = client.json();
    assert!([200, 201].contains(&upserted.as_u64().unwrap()), "{upserted}");
    assert_eq!(client.json(), "Upserted");
    assert_eq!(client.json(), 204);
    assert_eq!(client.json()["errorCode"], "INVALID_FIELD");

    // A record that was deleted before delivery leaves a notification without data, which no schema allows.
    let mut names = Vec::new();
    while !names.contains(&json!("Upserted")) {
        let message = listener.json();
        let records: Vec<_> =
            message["notifications"].as_array().unwrap().iter().map(|found| &found["sObject"]).collect();
        assert_eq!(message["valid"], records.iter().all(|record| record.is_object()), "{message}");
        names.extend(records.iter().map(|record| record["Name"].clone()));
    }
}

/// Without this, a validation that accepts anything would look like ours being right.
#[test]
fn lxml_refuses_what_our_schema_does_not_allow() {
    let folder = tempfile::tempdir().unwrap();
    let Some((listener, endpoint)) = listener("listener.py", folder.path(), &["ack"]) else { return };
    let sample = sf_outbound(&["sample"]).arg(wsdl(folder.path())).output().unwrap().stdout;
    let sample = String::from_utf8(sample).unwrap();
    let message = folder.path().join("message.xml");
    for (text, is_valid) in [
        (sample.clone(), true),
        (sample.replace("sf:StageName>", "sf:Stage__c>"), false),
        (sample.replace("<ActionId>04k", "<ActionId>04k-"), false),
    ] {
        fs::write(&message, text).unwrap();
        let sent = sf_outbound(&["send", "--to", &endpoint]).arg(&message).output().unwrap();
        assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
        assert_eq!(listener.json()["valid"], is_valid);
    }
}

/// Two-way TLS with OpenSSL, as Salesforce speaks it to those who ask for its certificate.
#[test]
fn openssl_sees_the_client_certificate_and_none_goes_without() {
    let folder = tempfile::tempdir().unwrap();
    let [server, server_key] = certificate(folder.path(), "server");
    let [client, client_key] = certificate(folder.path(), "client");
    let options = ["ack", &server, &server_key, &client];
    let Some((listener, endpoint)) = listener("listener.py", folder.path(), &options) else { return };
    let trust = ["--root-cert", &server];
    let shown = ["--client-cert", &client, "--client-key", &client_key];
    for (options, is_heard) in
        [(trust.to_vec(), false), ([&trust[..], &shown].concat(), true), (shown.to_vec(), false)]
    {
        let (org, url) = org(folder.path(), &endpoint, &options);
        let create = ["org", "change", "create", "Opportunity", "StageName=Closed Won", "--org", &url];
        assert!(sf_outbound(&create).status().unwrap().success());
        let line = std::iter::repeat_with(|| org.line()).find(|line| line.contains("notification"));
        let line = line.unwrap_or_default();
        assert_eq!(line.contains("1 notification delivered"), is_heard, "{options:?}: {line}");
        if is_heard {
            assert_eq!(notifications(&listener, 1)[0]["sObject"]["StageName"], "Closed Won");
        }
    }
}

/// What Salesforce makes of each answer, from listeners on both stacks.
#[test]
fn each_answer_of_a_listener_gets_its_verdict() {
    for listener_name in ["listener.mjs", "listener.py"] {
        for (answer, said) in [
            ("ack", "1 notification delivered"),
            ("nack", "SOAP response was a nack."),
            ("fault", "the reply is a SOAP fault: not today"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let Some((listener, endpoint)) = listener(listener_name, folder.path(), &[answer]) else {
                return;
            };
            let (org, url) = org(folder.path(), &endpoint, &[]);
            let create =
                ["org", "change", "create", "Opportunity", "Name=Ä & <B>", "StageName=Closed Won", "--org"];
            let made = sf_outbound(&create).arg(url).output().unwrap();
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            let id = String::from_utf8(made.stdout).unwrap();
            let heard = notifications(&listener, 1);
            assert_eq!(heard[0]["sObject"]["Id"], id.trim());
            assert_eq!(heard[0]["sObject"]["Name"], "Ä & <B>");
            let line = std::iter::repeat_with(|| org.line()).find(|line| line.contains("notification"));
            let line = line.unwrap_or_default();
            assert!(line.contains("Deals") && line.contains(said), "{listener_name}, {answer}: {line}");
        }
    }
}
