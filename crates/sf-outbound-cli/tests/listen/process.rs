//! The command as a process, and requests by hand.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub(crate) const OPPORTUNITY: &str = "tests/wsdl/opportunity.wsdl";
pub(crate) const ACCOUNT: &str = "tests/wsdl/account.wsdl";
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sf-outbound"));
    command.current_dir(root()).args(arguments).stdin(Stdio::null());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Standard output of a run that ends well.
pub(crate) fn good(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A sample as bytes.
pub(crate) fn sample(wsdl: &str, count: usize, seed: usize) -> String {
    good(&["sample", wsdl, "--count", &count.to_string(), "--seed", &seed.to_string()])
}

type Text = Arc<Mutex<String>>;

/// A listener on a free port; it ends with the test.
pub(crate) struct Listener {
    child: Process,
    out: (Text, Option<JoinHandle<()>>),
    err: (Text, Option<JoinHandle<()>>),
    pub(crate) url: String,
}

fn follow(stream: impl Read + Send + 'static) -> (Text, Option<JoinHandle<()>>) {
    let text = Text::default();
    let sink = Arc::clone(&text);
    let reader = thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut text = sink.lock().unwrap();
            text.push_str(&line);
            text.push('\n');
        }
    });
    (text, Some(reader))
}

/// Waits until something is there.
pub(crate) fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "there is no {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(kill.unwrap().success());
}

impl Listener {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(command(&["listen", "--listen", "127.0.0.1:0"]), arguments)
    }

    /// A listener whose calls of the system on files and sockets are written to a file; `None` without `strace`.
    pub(crate) fn traced(arguments: &[&str], trace: &Path) -> Option<Self> {
        let run = |arguments: &[&str]| Command::new("strace").args(arguments).output();
        if !run(&["-D", "-o", trace.to_str().unwrap(), "true"]).is_ok_and(|output| output.status.success()) {
            return None;
        }
        let mut command = Command::new("strace");
        // With -D the listener is the child, and the tracer is its.
        command.args(["-D", "-f", "-e", "trace=openat,fsync,write,writev,sendto,sendmsg", "-o"]).arg(trace);
        command.arg(env!("CARGO_BIN_EXE_sf-outbound")).args(["listen", "--listen", "127.0.0.1:0"]);
        command.current_dir(root()).stdin(Stdio::null());
        Some(Self::of(command, arguments))
    }

    fn of(mut command: Command, arguments: &[&str]) -> Self {
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = follow(child.stdout.take().unwrap());
        let err = follow(child.stderr.take().unwrap());
        let mut listener = Self { child: Process(child), out, err, url: String::new() };
        listener.url = wait("address", || {
            if let Some(status) = listener.child.0.try_wait().unwrap() {
                panic!("the listener ended: {status} {}", listener.err.0.lock().unwrap());
            }
            let said = listener.out() + &listener.err.0.lock().unwrap();
            said.lines().find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
        });
        listener
    }

    pub(crate) fn out(&self) -> String {
        self.out.0.lock().unwrap().clone()
    }

    pub(crate) fn err(&self) -> String {
        self.err.0.lock().unwrap().clone()
    }

    pub(crate) fn interrupt(&self) {
        interrupt(&self.child.0);
    }

    pub(crate) fn status(&mut self) -> ExitStatus {
        wait("end", || self.child.0.try_wait().unwrap())
    }

    /// Ends it by Ctrl-C, which is a good end, and gives what it printed.
    pub(crate) fn stop(mut self) -> (String, String) {
        self.interrupt();
        assert_eq!(self.status().code(), Some(0));
        self.printed()
    }

    /// What it printed, after its end.
    pub(crate) fn printed(&mut self) -> (String, String) {
        let text = |stream: &mut (Text, Option<JoinHandle<()>>)| {
            stream.1.take().unwrap().join().unwrap();
            stream.0.lock().unwrap().clone()
        };
        (text(&mut self.out), text(&mut self.err))
    }

    /// The reply to a message, `HTTP/1.1 200 OK…`, or nothing.
    pub(crate) fn post(&self, body: &[u8]) -> String {
        self.post_as("text/xml; charset=UTF-8", body)
    }

    pub(crate) fn post_as(&self, content_type: &str, body: &[u8]) -> String {
        let mut request = format!(
            "POST /salesforce?token=opensesame HTTP/1.1\r\nHost: listener\r\nContent-Type: {content_type}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.raw(&request)
    }

    /// What comes back for any bytes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // What is refused early is not read to its end.
        let _ = stream.write_all(bytes);
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        String::from_utf8_lossy(&reply).into_owned()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

/// A process that ends with the test, however that goes.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Text with each time of day written `HH:MM:SSZ`.
pub(crate) fn timeless(text: &str) -> String {
    let is_time = |line: &str| line.as_bytes().get(8) == Some(&b'Z') && line.as_bytes().get(2) == Some(&b':');
    text.lines()
        .map(|line| if is_time(line) { format!("HH:MM:SSZ{}\n", &line[9..]) } else { format!("{line}\n") })
        .collect()
}
