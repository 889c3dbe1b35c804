//! `org` from the outside: an organization that runs, changes of records, the queue, and how it ends.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// How long an organization may take for its next line.
const PATIENCE: Duration = Duration::from_secs(30);

const ORG: &str = r#"
[[object]]
name = "Invoice__c"
key_prefix = "a01"
fields = { Name = "text", Total__c = "double", Number__c = { type = "text", external_id = true } }

[[outbound_message]]
name = "Large"
object = "Invoice__c"
endpoint = "ENDPOINT"

[[rule]]
name = "Large"
outbound_messages = ["Large"]
criteria = [{ field = "Total__c", operator = "greaterThan", value = 100 }]
"#;

fn sf_outbound(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sf-outbound"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).arg("org").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    sf_outbound(arguments).output().unwrap()
}

fn good(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A running organization; it ends with this value.
struct Org {
    child: Child,
    lines: Receiver<String>,
    url: String,
}

impl Org {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || out.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok()));
        let mut org = Self { child, lines, url: String::new() };
        org.url = org.line_with("listening on ").split_off("listening on ".len());
        org
    }

    fn line_with(&self, part: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line with `{part}`"));
            if line.contains(part) {
                return line;
            }
        }
    }

    /// As Ctrl-C does.
    #[cfg(unix)]
    fn signal(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    #[cfg(unix)]
    fn interrupt(mut self) -> std::process::ExitStatus {
        self.signal();
        self.child.wait().unwrap()
    }
}

impl Drop for Org {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A listener that answers each message with the next of these, the last one for ever, and shows their bodies.
fn listener(answers: &'static [&'static str]) -> (String, Receiver<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?token=opensesame", socket.local_addr().unwrap());
    let (sender, bodies) = channel();
    thread::spawn(move || {
        let mut answers =
            answers.iter().cycle().take(answers.len()).chain(std::iter::repeat(answers.last().unwrap()));
        for stream in socket.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.ends_with(b"</soapenv:Envelope>") {
                match stream.read(&mut buffer) {
                    Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            let ack = answers.next().unwrap();
            let reply = format!(
                "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><notificationsResponse xmlns='http://soap.sforce.com/2005/09/outbound'><Ack>{ack}</Ack></notificationsResponse></e:Body></e:Envelope>"
            );
            let length = reply.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(format!("{head}{reply}").as_bytes());
            if sender.send(String::from_utf8(request).unwrap()).is_err() {
                break;
            }
        }
    });
    (url, bodies)
}

/// The id of the first record of an organization in memory.
fn first_id(file: &str, arguments: &[&str]) -> String {
    let mut all = vec![file, "--listen", "127.0.0.1:0"];
    all.extend(arguments);
    let org = Org::start(&mut sf_outbound(&all));
    good(&["change", "--org", &org.url, "create", "Invoice__c", "Name=a"]).trim().to_owned()
}

#[test]
fn ids_begin_elsewhere_at_each_start_but_with_a_seed() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), "http://127.0.0.1:1024/");
    let [one, two] = [(); 2].map(|()| first_id(&file, &[]));
    // A later start gives greater ids, as Salesforce's grow.
    assert!(one < two, "{one} {two}");
    assert!(!one.contains("0000000"), "{one}");
    assert_eq!([(); 2].map(|()| first_id(&file, &["--seed", "7"])), ["a01xx0000000001AAA"; 2]);
}

fn file(folder: &Path, endpoint: &str) -> String {
    let file = folder.join("org.toml");
    fs::write(&file, ORG.replace("ENDPOINT", endpoint)).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_change_that_meets_the_rule_is_sent_and_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let (endpoint, bodies) = listener(&["true"]);
    let org = Org::start(&mut sf_outbound(&[&file(folder.path(), &endpoint), "--listen", "127.0.0.1:0"]));
    let at = ["--org", &org.url];
    let small = good(&[&["change", "create", "Invoice__c", "Name=Small", "Total__c=99.5"][..], &at].concat());
    let large =
        good(&[&["change", "create", "Invoice__c", "Name=Large", "Total__c=100.5"][..], &at].concat());
    let body = bodies.recv_timeout(PATIENCE).unwrap();
    assert!(body.contains(large.trim()) && !body.contains(small.trim()), "{body}");
    assert!(body.contains("<sf:Total__c>100.5</sf:Total__c>"), "{body}");
    assert!(org.line_with("Large: ").contains("1 notification delivered in "));

    good(&[&["change", "update", "Invoice__c", small.trim(), "Total__c=101", "Name="][..], &at].concat());
    let body = bodies.recv_timeout(PATIENCE).unwrap();
    assert!(body.contains(small.trim()) && !body.contains("sf:Name"), "{body}");
    let upsert = ["change", "upsert", "Invoice__c", "Number__c", "N/1 ü", "Total__c=500"];
    let upserted = good(&[&upsert[..], &at].concat());
    let body = bodies.recv_timeout(PATIENCE).unwrap();
    assert!(body.contains(upserted.trim()) && body.contains("<sf:Number__c>N/1 ü</sf:Number__c>"), "{body}");
    good(&[&["change", "delete", "Invoice__c", large.trim()][..], &at].concat());
    let refused = run(&[&["change", "delete", "Invoice__c", large.trim()][..], &at].concat());
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).starts_with("error[ENTITY_IS_DELETED]: "), "{}", err(&refused));
    let refused = run(&[&["change", "create", "Invoice__c", "Totl__c=1"][..], &at].concat());
    assert!(err(&refused).starts_with("error[INVALID_FIELD]: "), "{}", err(&refused));
}

#[test]
fn what_is_not_delivered_is_shown_retried_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (endpoint, bodies) = listener(&["false", "false", "true"]);
    let org = Org::start(&mut sf_outbound(&[&file(folder.path(), &endpoint), "--listen", "127.0.0.1:0"]));
    let at = ["--org", &org.url];
    let create = [&["change", "create", "Invoice__c", "Total__c=200"][..], &at].concat();
    good(&create);
    let notification = |body: String| {
        let id = body.split("<Notification>").nth(1).and_then(|rest| rest.split("<Id>").nth(1));
        id.and_then(|rest| rest.split('<').next()).unwrap_or_else(|| panic!("{body}")).to_owned()
    };
    let id = notification(bodies.recv_timeout(PATIENCE).unwrap());
    let line = org.line_with("Large: ");
    assert!(
        line.contains("1 notification not delivered")
            && line.ends_with(" ms: HTTP 200: SOAP response was a nack."),
        "{line}"
    );
    let status = good(&["status", at[0], at[1]]);
    assert!(status.contains("Large of Invoice__c to http://127.0.0.1:"), "{status}");
    assert!(
        status.contains("1 waiting, next try ") && status.contains("SOAP response was a nack."),
        "{status}"
    );
    assert!(!status.contains("opensesame-opensesame"), "{status}");
    let json: serde_json::Value =
        serde_json::from_str(&good(&["status", "--format", "json", at[0], at[1]])).unwrap();
    assert_eq!(json["messages"][0]["waiting"], 1);

    let waiting = good(&["waiting", at[0], at[1]]);
    assert!(waiting.starts_with(&format!("{id} Large a01")), "{waiting}");
    assert!(waiting.contains(": 1 try since ") && waiting.contains(": next "), "{waiting}");
    assert_eq!(run(&["waiting", "Small", at[0], at[1]]).status.code(), Some(1));

    // The second nack, and then the ack: each on the spot.
    good(&["retry", &id, at[0], at[1]]);
    assert_eq!(notification(bodies.recv_timeout(PATIENCE).unwrap()), id);
    org.line_with("not delivered");
    good(&["retry", &id, at[0], at[1]]);
    assert_eq!(notification(bodies.recv_timeout(PATIENCE).unwrap()), id);
    org.line_with("1 notification delivered");
    assert_eq!(run(&["delete", &id, at[0], at[1]]).status.code(), Some(1), "it is delivered");
    assert_eq!(run(&["retry", "no id", at[0], at[1]]).status.code(), Some(1));
}

/// A day of retries passes in a second and a half.
#[test]
fn what_has_failed_for_good_is_listed_and_can_be_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (endpoint, bodies) = listener(&["false"]);
    let file = file(folder.path(), &endpoint);
    let org = Org::start(&mut sf_outbound(&[&file, "--listen", "127.0.0.1:0", "--speed", "60000"]));
    let at = ["--org", &org.url];
    good(&[&["change", "create", "Invoice__c", "Total__c=200"][..], &at].concat());
    let mut failed = String::new();
    for _ in 0..600 {
        failed = good(&["failed", at[0], at[1]]);
        if !failed.is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let tries = bodies.try_iter().count();
    assert!(failed.contains(" Large a01") && failed.contains("SOAP response was a nack."), "{failed}");
    assert!(failed.contains(&format!("{tries} tries since ")), "{tries}: {failed}");
    let id = failed.split(' ').next().unwrap();
    good(&["delete", id, at[0], at[1]]);
    assert_eq!(good(&["failed", "Large", at[0], at[1]]), "");
    assert_eq!(run(&["failed", "Small", at[0], at[1]]).status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn it_ends_in_peace_and_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("org.db");
    let down = file(folder.path(), "http://127.0.0.1:1024/");
    let options = ["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let org = Org::start(&mut sf_outbound(&[&[down.as_str()][..], &options].concat()));
    let id = good(&["change", "create", "Invoice__c", "Total__c=200", "--org", &org.url]);
    org.line_with("not delivered");
    let second = run(&[&[down.as_str()][..], &options].concat());
    assert_eq!(second.status.code(), Some(3));
    assert!(err(&second).starts_with("error[SFD0402]: "), "{}", err(&second));
    assert!(org.interrupt().success());

    let (endpoint, bodies) = listener(&["true"]);
    let faster = [&[down.as_str()][..], &options, &["--to", &endpoint, "--speed", "1000"]].concat();
    let org = Org::start(&mut sf_outbound(&faster));
    assert!(bodies.recv_timeout(PATIENCE).unwrap().contains(id.trim()));
    org.line_with("1 notification delivered");
    assert!(org.interrupt().success());
}

#[cfg(unix)]
#[test]
fn what_is_lost_without_a_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let down = file(folder.path(), "http://127.0.0.1:1024/");
    let org = Org::start(&mut sf_outbound(&[&down, "--listen", "127.0.0.1:0"]));
    good(&["change", "create", "Invoice__c", "Total__c=200", "--org", &org.url]);
    org.line_with("not delivered");
    org.signal();
    let lost = org.line_with("lost with the records: ");
    assert!(lost.contains("1 notification not delivered yet; --data FILE keeps both"), "{lost}");
    assert!(org.interrupt().success());
}

#[cfg(unix)]
#[test]
fn a_renamed_outbound_message_keeps_its_queue_or_drops_it_but_never_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("org.db");
    let options = ["--listen", "127.0.0.1:0", "--coalesce", "--data", data.to_str().unwrap()];
    let before = file(folder.path(), "http://127.0.0.1:1024/");
    let org = Org::start(&mut sf_outbound(&[&[before.as_str()][..], &options].concat()));
    let id = good(&["change", "create", "Invoice__c", "Total__c=200", "--org", &org.url]);
    org.line_with("not delivered");
    assert!(org.interrupt().success());

    let (endpoint, bodies) = listener(&["true"]);
    let text = ORG.replace("ENDPOINT", &endpoint).replace("\"Large\"", "\"Big\"");
    fs::write(&before, &text).unwrap();
    let refused = run(&[&[before.as_str()][..], &options].concat());
    let said = err(&refused);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.starts_with("error[SFD0405]: ") && said.contains("`Large`"), "{said}");
    assert!(said.contains("1 waiting and 0 failed") && said.contains("--drop-queue-of Large"), "{said}");
    // What the error says to write.
    let start = said.find("action_id = ").unwrap();
    let action_id = &said[start..start + "action_id = \"04kxxxxxxxxxxxxxxx\"".len()];
    fs::write(
        &before,
        text.replace("object = \"Invoice__c\"", &format!("object = \"Invoice__c\"\n{action_id}")),
    )
    .unwrap();
    let faster = [&[before.as_str()][..], &options, &["--speed", "1000"]].concat();
    let org = Org::start(&mut sf_outbound(&faster));
    assert!(bodies.recv_timeout(PATIENCE).unwrap().contains(id.trim()));
    assert!(org.interrupt().success());
}

/// An endpoint that never answers has 60 s to do so, and a user need not wait for it.
#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let file = file(folder.path(), &format!("http://{}/", silent.local_addr().unwrap()));
    let mut org = Org::start(&mut sf_outbound(&[&file, "--listen", "127.0.0.1:0"]));
    good(&["change", "create", "Invoice__c", "Total__c=200", "--org", &org.url]);
    let _in_flight = silent.accept().unwrap();
    org.signal();
    org.line_with("stopping");
    org.signal();
    assert_eq!(org.child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_wsdl_and_an_endpoint_are_enough() {
    let (endpoint, bodies) = listener(&["true"]);
    let wsdl = "tests/wsdl/opportunity.wsdl";
    let org = Org::start(&mut sf_outbound(&[wsdl, "--to", &endpoint, "--listen", "127.0.0.1:0"]));
    let goes = org.line_with(" goes to ");
    assert!(
        goes.starts_with("Opportunity goes to http://127.0.0.1:") && !goes.contains("opensesame-opensesame"),
        "{goes}"
    );
    let create =
        ["change", "create", "Opportunity", "Name=Größe & <B>", "CloseDate=2026-12-31", "IsClosed=true"];
    good(&[&create[..], &["--org", &org.url]].concat());
    let body = bodies.recv_timeout(PATIENCE).unwrap();
    assert!(body.contains("<sf:Name>Größe &amp; &lt;B&gt;</sf:Name>"), "{body}");
    assert!(body.contains("<sf:CloseDate>2026-12-31</sf:CloseDate>"), "{body}");
}

/// The body of a request.
fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn what_is_rehearsed_is_said_and_what_is_recorded_can_be_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let messages = folder.path().join("messages");
    let (endpoint, bodies) = listener(&["true"]);
    let file = file(folder.path(), &endpoint);
    let options = ["--listen", "127.0.0.1:0", "--record", messages.to_str().unwrap()];
    let rehearse = ["--rehearse", "duplicates=1,unknown-fields=100%", "--seed", "3"];
    let org = Org::start(&mut sf_outbound(&[&[file.as_str()][..], &options, &rehearse].concat()));
    assert_eq!(org.line_with("rehearsing"), "rehearsing duplicates=100%,unknown-fields=100%,seed=3");
    let mut sent = Vec::new();
    for total in ["200", "300"] {
        let total = format!("Total__c={total}");
        good(&["change", "create", "Invoice__c", &total, "--org", &org.url]);
        for rehearsed in ["[rehearsed: unknown-fields]", "[rehearsed: duplicates, unknown-fields]"] {
            let line = org.line_with("Large: ");
            assert!(line.contains("1 notification delivered") && line.ends_with(rehearsed), "{line}");
            sent.push(bodies.recv_timeout(PATIENCE).unwrap());
        }
    }
    let status = good(&["status", "--org", &org.url]);
    assert!(status.contains("Rehearsal     duplicates=100%,unknown-fields=100%,seed=3\n"), "{status}");
    assert!(sent.iter().all(|request| request.contains("<sf:Rehearsed__c>")));
    assert_eq!(body(&sent[0]), body(&sent[1]));
    drop(org);

    let names = |ending: &str| {
        let files = fs::read_dir(&messages).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
        files.sort();
        files
    };
    let kept: Vec<_> = names(".request.xml").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    assert!(kept.iter().map(String::as_str).eq(sent.iter().map(|request| body(request))));
    let facts = fs::read(&names(".reply.json")[1]).unwrap();
    let facts: serde_json::Value = serde_json::from_slice(&facts).unwrap();
    assert_eq!(facts["rehearsed"], serde_json::json!(["duplicates", "unknown-fields"]));
    assert_eq!((&facts["delivered"], &facts["status"]), (&true.into(), &200.into()));
    assert!(!facts.to_string().contains("opensesame-opensesame"), "{facts}");

    let (endpoint, bodies) = listener(&["true"]);
    let mut again = Command::new(env!("CARGO_BIN_EXE_sf-outbound"));
    let summary = again.args(["send", messages.to_str().unwrap(), "--to", &endpoint]).output().unwrap();
    let summary = String::from_utf8(summary.stdout).unwrap();
    assert!(summary.starts_with("sent 4: delivered 4, "), "{summary}");
    for kept in kept {
        assert_eq!(body(&bodies.recv_timeout(PATIENCE).unwrap()), kept);
    }
}

#[test]
fn a_reply_that_a_rehearsal_takes_away_is_none_in_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let messages = folder.path().join("messages");
    let (endpoint, bodies) = listener(&["true"]);
    let file = file(folder.path(), &endpoint);
    fs::write(
        &file,
        fs::read_to_string(&file).unwrap() + "\n[rehearsal]\nlost-replies = \"100%\"\nseed = 4\n",
    )
    .unwrap();
    let record = ["--listen", "127.0.0.1:0", "--record", messages.to_str().unwrap()];
    let org = Org::start(&mut sf_outbound(&[&[file.as_str()][..], &record].concat()));
    assert_eq!(org.line_with("rehearsing"), "rehearsing lost-replies=100%,seed=4");
    good(&["change", "create", "Invoice__c", "Total__c=200", "--org", &org.url]);
    bodies.recv_timeout(PATIENCE).unwrap();
    let line = org.line_with("Large: ");
    assert!(line.ends_with("the reply was lost, as rehearsed [rehearsed: lost-replies]"), "{line}");
    drop(org);
    let facts = fs::read_dir(&messages).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = facts.collect();
    assert_eq!(files.len(), 2, "the message and the facts: {files:?}");
    let facts = files.iter().find(|file| file.extension().unwrap() == "json").unwrap();
    let facts: serde_json::Value = serde_json::from_slice(&fs::read(facts).unwrap()).unwrap();
    assert_eq!((&facts["status"], &facts["reason"]), (&serde_json::Value::Null, &"no reply".into()));
}

#[test]
fn each_mistake_of_a_command_line_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), "http://127.0.0.1:1024/");
    let nowhere = "http://127.0.0.1:1";
    for (arguments, code, said) in [
        (&[][..], 2, "required"),
        (&["tests/wsdl/opportunity.wsdl"], 2, "`--to URL`"),
        (&["check", "tests/wsdl/opportunity.wsdl"], 1, "sf-outbound inspect tests/wsdl/opportunity.wsdl"),
        (&["tests/wsdl/opportunity.wsdl", "--to", "http://me:opensesame@localhost:22/"], 2, "this port"),
        (&["no/such.toml"], 3, "cannot read"),
        (&[&file, "--speed", "0"], 2, "from 1 to"),
        (&[&file, "--rehearse", "duplicate=1%"], 2, "there are duplicates, "),
        (&[&file, "--rehearse", "resets"], 2, "write `resets=10%`"),
        (&[&file, "--drop-queue-of", "Large"], 2, "--data"),
        (&[&file, "--record", "Cargo.toml"], 3, "cannot make Cargo.toml"),
        (&[&file, "--tls-cert", "Cargo.toml"], 2, "--tls-key"),
        (&[&file, "--tls-cert", "Cargo.toml", "--tls-key", "Cargo.toml"], 1, "SFD0502"),
        (&[&file, "--listen", "0.0.0.0:0"], 1, "no token"),
        (&["tests/ui/org-operand/org.toml"], 1, "SFD0115"),
        (&["wsdl", &file, "Lrge"], 1, "there are Large"),
        (&["status", "--org", nowhere], 3, "is `sf-outbound org FILE` running there?"),
        (&["status", "--org", nowhere], 3, "connection refused: nothing listens there"),
        (&["status", "--org", "ftp://me:opensesame@localhost"], 2, "is not an http or https URL"),
        (&["status", "--org", nowhere, "--root-cert", "Cargo.toml"], 1, "is no PEM text of one"),
        (&["status", "--org", "http://me:opensesame@[/"], 2, "not a valid URL"),
        (&["change", "create", "Invoice__c", "Total__c", "--org", nowhere], 2, "FIELD=VALUE"),
        (&["change", "create", "Invoice__c", "A=1", "A=2", "--org", nowhere], 2, "stands twice"),
        (&["retry", "--org", nowhere], 2, "required"),
    ] {
        let output = run(arguments);
        let err = err(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
        assert!(err.contains(said) && !err.contains("opensesame"), "{arguments:?}: {err}");
    }
}

#[test]
fn the_files_that_documents_show_are_good() {
    for file in ["crates/sf-outbound-sender/org.default.toml", "examples/axum-listener/org.toml"] {
        let output = run(&["check", file]);
        assert!(output.status.success() && output.stderr.is_empty(), "{file}: {}", err(&output));
    }
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("org.toml");
    let text = readme.split("```toml\n").find(|text| text.starts_with("[[object]]")).unwrap();
    fs::write(&file, text.split("```").next().unwrap()).unwrap();
    let shown = good(&["check", file.to_str().unwrap()]);
    assert!(shown.ends_with("1 object, 1 outbound message, 1 rule\n"), "{shown}");
}

#[test]
fn a_token_is_asked_for_where_one_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), "http://127.0.0.1:1024/");
    let mut start = sf_outbound(&[&file, "--listen", "127.0.0.1:0"]);
    let org = Org::start(start.env("SF_OUTBOUND_TOKEN", "opensesame-opensesame"));
    let status = ["status", "--org", &org.url];
    assert_eq!(run(&status).status.code(), Some(1));
    let short = sf_outbound(&[&file, "--listen", "127.0.0.1:0"]).env("SF_OUTBOUND_TOKEN", "sesame").output();
    let short = short.unwrap();
    let said = err(&short);
    assert_eq!(short.status.code(), Some(1));
    assert!(said.contains("SFD0504") && said.contains("openssl rand") && !said.contains("sesame"), "{said}");
    let with_token = sf_outbound(&status).env("SF_OUTBOUND_TOKEN", "opensesame-opensesame").output().unwrap();
    assert!(with_token.status.success(), "{}", err(&with_token));
}

#[test]
fn a_token_in_clear_text_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), "http://127.0.0.1:1024/");
    let mut start = sf_outbound(&[&file, "--listen", "0.0.0.0:0"]);
    let mut org = Org::start(start.env("SF_OUTBOUND_TOKEN", "opensesame-opensesame").stderr(Stdio::piped()));
    let mut said = String::new();
    BufReader::new(org.child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("warning: the token crosses the network in clear text"), "{said}");
}

#[test]
fn the_wsdl_has_the_whole_address_only_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), "http://127.0.0.1:1024/in?token=hush");
    let shown = good(&["wsdl", &file]);
    assert!(shown.contains("http://127.0.0.1:1024/in") && !shown.contains("hush"), "{shown}");
    assert!(good(&["wsdl", &file, "--keep-address"]).contains("token=hush"));
}

#[test]
fn help_shows_examples() {
    let commands = [
        &[][..],
        &["check"],
        &["wsdl"],
        &["status"],
        &["waiting"],
        &["failed"],
        &["retry"],
        &["delete"],
        &["change"],
    ];
    for command in commands {
        let help = good(&[command, &["--help"]].concat());
        let shown = ["sf-outbound org", command.first().copied().unwrap_or("org.toml")].join(" ");
        assert!(help.contains("Example") && help.contains(&shown), "{command:?}: {help}");
    }
}
