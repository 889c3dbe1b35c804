//! What a listener keeps.

use crate::process::{Listener, OPPORTUNITY, sample};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of a folder whose names end so, in their order.
pub(crate) fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.to_str().unwrap().ends_with(end));
    files.sort();
    files
}

#[test]
fn exact_bytes_stand_on_the_disk_when_the_answer_comes_and_the_answer_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("a/b");
    let keep = ["--wsdl", OPPORTUNITY, "--keep", kept.to_str().unwrap(), "--answer", "ack,nack,drop,fault"];
    let listener = Listener::start(&keep);
    let odd = sample(OPPORTUNITY, 1, 4).replace("<sf:Name>", "<sf:Name><!-- -->").replace('\n', "\r\n");
    let bodies = [
        sample(OPPORTUNITY, 100, 1),
        odd,
        sample(OPPORTUNITY, 1, 2),
        sample(OPPORTUNITY, 1, 3),
        "\0junk".into(),
    ];
    let mut replies = Vec::new();
    for (number, body) in bodies.iter().enumerate() {
        let content_type = if number == 0 { "application/xml" } else { "text/xml" };
        replies.push(listener.post_as(content_type, body.as_bytes()));
        let requests = files(&kept, ".request.xml");
        assert_eq!(requests.len(), number + 1);
        assert_eq!(fs::read(&requests[number]).unwrap(), body.as_bytes());
        assert_eq!(files(&kept, ".reply.json").len(), number + 1);
    }
    listener.post_as("application/json", b"{}");
    listener.stop();
    assert_eq!(files(&kept, ".request.xml").len(), bodies.len(), "what is no XML by its head is not kept");

    let facts: Vec<serde_json::Value> = files(&kept, ".reply.json")
        .iter()
        .map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap())
        .collect();
    let of = |key: &str| facts.iter().map(|facts| facts[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("status"), [json!(200), json!(200), json!(null), json!(500), json!(500)]);
    assert_eq!(of("delivered"), [true, false, false, false, false].map(|delivered| json!(delivered)));
    assert_eq!(of("reason")[..3], [json!(null), json!("SOAP response was a nack."), json!("no reply")]);
    assert_eq!(of("contentType")[..2], [json!("application/xml"), json!("text/xml")]);
    assert!(of("endpoint").iter().all(|endpoint| endpoint == "http://listener/salesforce?<redacted>"));
    let stored = files(&kept, ".reply.xml");
    for (stored, number) in stored.iter().zip([0, 1, 3, 4]) {
        assert!(replies[number].ends_with(&fs::read_to_string(stored).unwrap()));
    }
    assert_eq!((stored.len(), replies[2].as_str()), (4, ""));
    #[cfg(unix)]
    for file in files(&kept, "") {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "a message is its owner's: {}", file.display());
    }
}

#[test]
fn what_cannot_be_kept_is_not_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let listener = Listener::start(&["--wsdl", OPPORTUNITY, "--keep", kept.to_str().unwrap()]);
    let message = sample(OPPORTUNITY, 1, 1);
    assert!(listener.post(message.as_bytes()).contains("<Ack>true</Ack>"));
    fs::remove_dir_all(&kept).unwrap();
    let reply = listener.post(message.as_bytes());
    assert!(reply.starts_with("HTTP/1.1 500 ") && reply.contains("the message could not be kept"), "{reply}");
    assert!(!reply.contains(kept.to_str().unwrap()));
    let (out, _) = listener.stop();
    assert!(out.contains("error: cannot keep a message: "), "{out}");
}

/// What a loss of power would leave: the message's bytes and its name are forced to the disk, then it is acknowledged.
#[test]
fn the_message_and_its_name_are_forced_to_the_disk_before_the_ack() {
    let folder = tempfile::tempdir().unwrap();
    let (kept, trace) = (folder.path().join("kept"), folder.path().join("trace"));
    let Some(listener) = Listener::traced(&["--wsdl", OPPORTUNITY, "--keep", kept.to_str().unwrap()], &trace)
    else {
        println!("SKIPPED: strace cannot run here, so the order of fsync and ack was not looked at");
        return;
    };
    assert!(listener.post(sample(OPPORTUNITY, 1, 1).as_bytes()).contains("<Ack>true</Ack>"));
    listener.stop();
    let trace = fs::read_to_string(&trace).unwrap();
    let steps: Vec<_> = trace
        .lines()
        .filter_map(|line| {
            let steps = [".request.xml\"", "fsync(", "\"HTTP/1.1 200 OK"];
            steps.into_iter().find(|step| line.contains(step) && !line.contains("resumed"))
        })
        .collect();
    assert_eq!(steps, [".request.xml\"", "fsync(", "fsync(", "\"HTTP/1.1 200 OK"], "{trace}");
}
