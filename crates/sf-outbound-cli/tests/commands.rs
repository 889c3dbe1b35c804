//! The command from the outside: what it prints, and how it ends.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(arguments: &[&str]) -> Output {
    run_with(arguments, b"")
}

fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sf-outbound"));
    command
        .current_dir(root())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Files of the corpus of real ones; none, where it is not beside the checkout.
fn corpus(folder: &str) -> Vec<PathBuf> {
    let folder = root().join("../shared/corpus").join(folder);
    if folder.is_dir() { entries(&folder) } else { Vec::new() }
}

/// Our own WSDLs, and those of the corpus.
fn wsdls() -> Vec<PathBuf> {
    entries(&root().join("tests/wsdl")).into_iter().chain(corpus("wsdl")).collect()
}

/// The messages or replies in a folder of `tests`, each with the text that stands beside it.
fn shapes(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = entries(&root().join("tests").join(folder));
    files.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
    assert!(files.len() >= 30, "tests/{folder} was not found");
    let text = |file: &PathBuf| fs::read_to_string(file.with_extension("txt")).unwrap();
    files.into_iter().map(|file| (file.clone(), text(&file))).collect()
}

const OPPORTUNITY: &str = "tests/wsdl/opportunity.wsdl";

/// Every mistake of a user has a folder; the whole text is the expectation. `args` is the command line, by default
/// `generate` of `service.wsdl`; `exit` is the exit code, by default 1.
#[test]
fn mistakes_are_explained() {
    let folders = entries(&root().join("tests/ui"));
    assert!(folders.len() > 15);
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let is_org = folder.join("org.toml").is_file();
        if is_org && !cfg!(feature = "org") {
            continue;
        }
        let arguments = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| {
            if is_org {
                format!("org\ncheck\ntests/ui/{name}/org.toml")
            } else {
                format!("generate\ntests/ui/{name}/service.wsdl")
            }
        });
        let output = run(&arguments.lines().collect::<Vec<_>>());
        // A file of warnings alone is good.
        let is_good = !err(&output).contains("error");
        let exit = fs::read_to_string(folder.join("exit"));
        let exit = exit.map_or(i32::from(!is_good), |exit| exit.trim().parse().unwrap());
        assert_eq!(output.status.code(), Some(exit), "{name}");
        assert_eq!(out(&output).is_empty(), exit != 0, "{name}");
        expect_test::expect_file![folder.join("stderr.txt")].assert_eq(&err(&output));
    }
}

/// The options of each case of the generator, read by the command's own parser.
#[test]
fn cases_are_generated_by_the_command_too() {
    for folder in entries(&root().join("tests/cases")) {
        let own = folder.join("service.wsdl").display().to_string();
        let args = fs::read_to_string(folder.join("args")).unwrap_or(own);
        let line: Vec<_> = std::iter::once("generate").chain(args.lines()).collect();
        let output = run(&line);
        let expected = fs::read_to_string(folder.join("expected.rs")).unwrap();
        assert!(output.status.success(), "{}: {}", folder.display(), err(&output));
        assert!(out(&output) == expected, "{}: not what the command prints", folder.display());
    }
}

#[test]
fn each_exit_code_has_its_case() {
    for (arguments, code) in [
        (&["inspect", OPPORTUNITY][..], 0),
        (&["inspect", "tests/ui/json/service.wsdl"], 1),
        (&["inspect"], 2),
        (&["generate", OPPORTUNITY, "--type", "xsd:duration=number"], 2),
        (&["generate", OPPORTUNITY, "--check"], 2),
        (&["diff", OPPORTUNITY], 2),
        (&["diff", OPPORTUNITY, "no/such.workflow"], 3),
        (&["inspect", "no/such.wsdl"], 3),
        (&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", "http://127.0.0.1:1/"], 3),
        (&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", "ftp://127.0.0.1/"], 2),
        (&["send", "--sample", "1", "--wsdl", OPPORTUNITY, "--to", "http://me:opensesame@[/?token=1"], 2),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
        assert_eq!(code == 0, output.stderr.is_empty(), "{arguments:?}");
        assert!(!err(&output).contains("opensesame"), "{}", err(&output));
    }
}

#[test]
fn help_shows_examples() {
    for command in ["generate", "inspect", "decode", "sample", "listen", "send", "verdict", "diff", "explain"]
    {
        let help = out(&run(&[command, "--help"]));
        assert!(help.contains("Example") && help.contains(&format!("sf-outbound {command} ")), "{help}");
    }
}

#[test]
fn a_type_that_is_not_known_can_be_mapped() {
    let wsdl = "tests/ui/unknown-type/service.wsdl";
    let output = run(&["generate", wsdl, "--type", "xsd:duration=text", "--type", "ent:location=text"]);
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).contains("pub wait_c: ::core::option::Option<::std::string::String>"));
}

#[test]
fn fields_of_a_complex_type_can_be_left_out() {
    let wsdl = "tests/ui/complex-type/service.wsdl";
    let output = run(&["generate", wsdl, "--type", "ent:location=skip"]);
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).contains("pub stage_name") && !out(&output).contains("Site__c"));
    // What is sent of them is unknown, and refuses nothing.
    let sample = out(&run(&["sample", OPPORTUNITY]));
    let site = "<sf:Site__c><sf:latitude>1.5</sf:latitude></sf:Site__c></sObject>";
    let message = sample.replace("</sObject>", site);
    let decoded =
        run_with(&["decode", "--wsdl", wsdl, "--type", "ent:location=skip", "-"], message.as_bytes());
    assert!(decoded.status.success() && message.contains(site), "{}", err(&decoded));
    assert!(!out(&decoded).contains("1.5"), "{}", out(&decoded));
}

#[test]
fn features_that_generated_code_needs_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let options = ["--dates", "chrono", "--decimal", "Amount"];
    let output = run(&[&["generate", OPPORTUNITY, "--out", &path("a.rs")][..], &options].concat());
    assert_eq!(
        err(&output),
        "note: the code needs features of sf-outbound: cargo add sf-outbound --features chrono,rust_decimal\n"
    );
    let output = run(&[&["generate", OPPORTUNITY, "--crate", &path("crate")][..], &options].concat());
    assert!(output.status.success() && output.stderr.is_empty(), "{}", err(&output));
    let manifest = fs::read_to_string(folder.path().join("crate/Cargo.toml")).unwrap();
    assert!(manifest.contains("features = [\"chrono\", \"rust_decimal\"] }"), "{manifest}");
}

#[test]
fn a_sample_is_stable_and_decodes_to_json_with_every_field() {
    let sample = run(&["sample", OPPORTUNITY, "--count", "3", "--seed", "9"]);
    assert_eq!(out(&sample), out(&run(&["sample", OPPORTUNITY, "--count", "3", "--seed", "9"])));
    assert_ne!(out(&sample), out(&run(&["sample", OPPORTUNITY, "--count", "3", "--seed", "10"])));
    let decoded = run_with(&["decode", "--wsdl", OPPORTUNITY, "--format", "json", "-"], &sample.stdout);
    let json: serde_json::Value = serde_json::from_slice(&decoded.stdout).unwrap();
    assert_eq!(json["SessionId"], serde_json::Value::Null);
    assert_eq!(json["Notification"].as_array().unwrap().len(), 3);
    let record = json["Notification"][0]["sObject"].as_object().unwrap();
    assert_eq!((record.len(), &record["attributes"]["type"]), (14, &"Opportunity".into()));
}

#[test]
fn samples_of_every_wsdl_decode_to_the_same_values() {
    for wsdl in wsdls() {
        let wsdl = wsdl.to_str().unwrap();
        let sample = run(&["sample", wsdl, "--count", "5"]);
        let decoded = run_with(&["decode", "--wsdl", wsdl, "--format", "json", "-"], &sample.stdout);
        assert!(decoded.status.success() && decoded.stderr.is_empty(), "{wsdl}: {}", err(&decoded));
        let json: serde_json::Value = serde_json::from_slice(&decoded.stdout).unwrap();
        for notification in json["Notification"].as_array().unwrap() {
            for (name, value) in notification["sObject"].as_object().unwrap() {
                let written = match value {
                    serde_json::Value::String(text) => text
                        .replace('&', "&amp;")
                        .replace('<', "&lt;")
                        .replace('>', "&gt;")
                        .replace('"', "&quot;"),
                    serde_json::Value::Null | serde_json::Value::Object(_) => continue,
                    other => other.to_string(),
                };
                assert!(
                    out(&sample).contains(&format!("<sf:{name}>{written}</sf:{name}>")),
                    "{wsdl}: {name} {written}"
                );
            }
        }
    }
}

#[test]
fn refused_messages_stand_on_standard_error_with_their_place() {
    let sample = out(&run(&["sample", OPPORTUNITY, "--seed", "2"]));
    let broken = sample.replace("<sf:FiscalYear>2016<", "<sf:FiscalYear>soon<");
    let output = run_with(&["decode", "--wsdl", OPPORTUNITY, "-"], broken.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        err(&output),
        "-:19:21: error[SFR0202]: an int is a whole number of 32 bits in Envelope/Body/notifications/Notification[1]/sObject/FiscalYear\n\nmore: sf-outbound explain SFR0202\n"
    );
    let drifted = sample.replace("<sf:Name>", "<sf:New__c>1</sf:New__c><sf:Name>");
    let output = run_with(&["decode", "--wsdl", OPPORTUNITY, "-"], drifted.as_bytes());
    assert!(output.status.success());
    assert_eq!(err(&output), "-: note: passed over 1 element that the WSDL does not know: New__c\n");
}

#[test]
fn a_field_that_the_wsdl_does_not_know_costs_a_message_of_100_nothing() {
    let sample = out(&run(&["sample", OPPORTUNITY, "--count", "100"]));
    let drifted = sample.replace("    </sObject>", "     <sf:New__c>1</sf:New__c>\n    </sObject>");
    let decode = |message: &str| {
        run_with(&["decode", "--wsdl", OPPORTUNITY, "--format", "json", "-"], message.as_bytes())
    };
    let output = decode(&drifted);
    assert!(output.status.success());
    assert_eq!(out(&output), out(&decode(&sample)));
    assert_eq!(err(&output), "-: note: passed over 100 elements that the WSDL does not know: New__c\n");
}

/// Each message of `tests/messages` against the WSDL that its name begins with.
#[test]
fn messages_of_each_shape_are_decoded_or_refused_with_their_place() {
    for (message, expected) in shapes("messages") {
        let name = message.file_name().unwrap().to_string_lossy();
        let wsdl = format!("tests/wsdl/{}.wsdl", name.split('-').next().unwrap());
        let output = run(&["decode", "--wsdl", &wsdl, message.to_str().unwrap()]);
        let Some(refused) = expected.strip_prefix("refused: ") else {
            assert!(output.status.success() && output.stderr.is_empty(), "{name}: {}", err(&output));
            continue;
        };
        let (code, rest) = refused.trim().split_once(": ").unwrap();
        let (_, place) = rest.rsplit_once(", at ").unwrap();
        let (place, path) = place.split_once(" in ").unwrap_or((place, ""));
        assert_eq!(output.status.code(), Some(1), "{name}: {}", err(&output));
        assert!(
            err(&output).contains(&format!("{name}:{place}: error[{code}]: ")),
            "{name}: {}",
            err(&output)
        );
        assert!(err(&output).contains(path), "{name}: {}", err(&output));
    }
}

/// Real messages, each against a WSDL of its object: the corpus's where it has one, else one of ours.
#[test]
fn the_corpus_messages_decode_against_the_wsdl_of_their_object() {
    let messages = corpus("message");
    if messages.is_empty() {
        return;
    }
    let mut wsdls = corpus("wsdl");
    wsdls.extend(entries(&root().join("tests/wsdl")));
    let objects: Vec<_> = wsdls
        .iter()
        .map(|wsdl| {
            let shown = run(&["inspect", "--format", "json", wsdl.to_str().unwrap()]);
            let json: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
            json["object"].as_str().unwrap().to_owned()
        })
        .collect();
    let mut decoded = 0;
    for message in messages {
        let text = fs::read_to_string(&message).unwrap();
        let object =
            text.split("xsi:type=\"sf:").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("Contact");
        let wsdl = objects.iter().position(|known| known == object);
        let wsdl = &wsdls[wsdl.unwrap_or_else(|| panic!("no WSDL of {object}"))];
        let output = run(&["decode", "--wsdl", wsdl.to_str().unwrap(), message.to_str().unwrap()]);
        let number = &message.file_name().unwrap().to_string_lossy()[..3];
        let refused = ["003", "004", "005", "016", "019", "023", "024", "025"].contains(&number);
        assert_eq!(output.status.code(), Some(i32::from(refused)), "{number}: {}", err(&output));
        assert_eq!(refused, err(&output).contains(": error[SFR"), "{number}: {}", err(&output));
        decoded += usize::from(!refused);
    }
    assert_eq!(decoded, 17);
}

#[test]
fn secrets_of_the_address_are_shown_nowhere_unless_asked_for() {
    let wsdl = "tests/wsdl/secret.wsdl";
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("account-message");
    let arguments = ["generate", wsdl, "--crate", package.to_str().unwrap()];
    assert!(run(&arguments).status.success());
    let copied = fs::read_to_string(package.join("account.wsdl")).unwrap();
    let mut shown = vec![
        out(&run(&["inspect", wsdl])),
        out(&run(&["inspect", wsdl, "--format", "json"])),
        out(&run(&["generate", wsdl])),
        copied,
    ];
    shown.push(fs::read_to_string(package.join("src/generated.rs")).unwrap());
    for text in shown {
        assert!(!["opensesame", "xyzzy"].iter().any(|secret| text.contains(secret)), "{text}");
    }
    assert!(out(&run(&["inspect", wsdl, "--keep-address"])).contains("opensesame"));
    assert!(run(&[arguments.as_slice(), &["--check"]].concat()).status.success());
}

#[test]
fn check_shows_what_is_stale_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opportunity.rs");
    let arguments = ["generate", OPPORTUNITY, "--out", file.to_str().unwrap()];
    let check = || run(&[arguments.as_slice(), &["--check"]].concat());
    assert_eq!(check().status.code(), Some(1));
    assert!(!file.exists());
    assert!(run(&arguments).status.success());
    assert!(check().status.success());
    let stale = fs::read_to_string(&file).unwrap().replace("pub amount:", "pub sum:");
    fs::write(&file, &stale).unwrap();
    let output = check();
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("-    pub sum:") && out(&output).contains("+    pub amount:"));
    assert_eq!(fs::read_to_string(&file).unwrap(), stale);
}

/// A server for one request, which answers with these bytes and gives back the request.
fn serve(status: &'static str, reply: Vec<u8>) -> (String, thread::JoinHandle<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", socket.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = socket.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !request.ends_with(b"</soapenv:Envelope>") {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the request ended early");
            request.extend_from_slice(&buffer[..read]);
        }
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            reply.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&reply).unwrap();
        String::from_utf8(request).unwrap()
    });
    (url, server)
}

#[test]
fn send_posts_as_salesforce_does_and_judges_the_reply() {
    let ack = |value| {
        format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><notificationsResponse xmlns='http://soap.sforce.com/2005/09/outbound'><Ack>{value}</Ack></notificationsResponse></e:Body></e:Envelope>"
        )
    };
    for (status, reply, shown, code) in [
        ("200 OK", ack("true"), "HTTP 200: Delivered.\n", 0),
        ("200 OK", ack("false"), "HTTP 200: Not delivered: SOAP response was a nack.\n", 1),
        (
            "200 OK",
            "OK".into(),
            "Content is not allowed in prolog.\n  note: the reply is the text `OK`: a listener answers with a SOAP envelope\n",
            1,
        ),
        ("500 Oops", ack("true"), "HTTP 500: Not delivered: HTTP status 500, though the body is an ack\n", 1),
    ] {
        let (url, server) = serve(status, reply.into_bytes());
        let output = run(&["send", "--sample", "2", "--wsdl", OPPORTUNITY, "--to", &url]);
        let request = server.join().unwrap().to_ascii_lowercase();
        assert!(request.starts_with("post /hook http/1.1\r\n"), "{request}");
        assert!(
            request.contains("content-type: text/xml; charset=utf-8\r\n")
                && request.contains("soapaction: \"\"\r\n"),
            "{request}"
        );
        assert_eq!(output.status.code(), Some(code));
        assert!(out(&output).ends_with(shown), "{}", out(&output));
    }
}

#[test]
fn verdicts_of_stored_replies_come_one_a_line() {
    let replies = shapes("replies");
    let files: Vec<_> = replies.iter().filter_map(|(file, _)| file.to_str()).collect();
    let output = run(&[&["verdict"], files.as_slice()].concat());
    assert_eq!(output.status.code(), Some(1));
    let line = |(file, text): &(PathBuf, String)| {
        format!("{}: {}", file.display(), text.replace("\nnote: ", "\n  note: "))
    };
    assert_eq!(out(&output), replies.iter().map(line).collect::<String>());

    let replies = corpus("ack");
    if replies.is_empty() {
        return;
    }
    let files: Vec<_> = replies.iter().filter_map(|file| file.to_str()).collect();
    let output = run(&[&["verdict"], files.as_slice()].concat());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        (out(&output).matches(": Delivered.").count(), out(&output).matches(": Not delivered: ").count()),
        (12, 6)
    );
}
