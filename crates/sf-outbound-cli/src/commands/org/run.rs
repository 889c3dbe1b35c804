//! `org FILE`: an organization that runs until it is told to stop.

use super::record;
use super::source::{Described, described_to};
use super::token::token;
use crate::args::org::Run;
use crate::args::pair;
use crate::files::{Failure, bytes, count, print};
use sf_outbound::jiff::Timestamp;
use sf_outbound_client::Trust;
use sf_outbound_sender::{Builder, Error, Org, Rest, Sent, SystemClock};
use sf_outbound_wsdl::public_address;
use std::io::Write;
use std::process;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// The exit code of a program that a second Ctrl-C ends.
const INTERRUPTED: i32 = 130;

const IN_CLEAR: &str = "\
warning: the token crosses the network in clear text, and whoever reads it there can use it
help: add --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy that speaks TLS
";

pub(super) fn run(arguments: &Run) -> Result<(), Failure> {
    let Some(file) = &arguments.file else { return Err(Failure::Usage("error: name a file".into())) };
    let Described { definition, coalesce, rehearsal, warnings } =
        described_to(file, arguments.to.as_deref())?;
    let rehearsal = arguments.rehearse.unwrap_or(rehearsal);
    let rehearsal = arguments.seed.map_or(rehearsal, |seed| rehearsal.with_seed(seed));
    // When standard error is gone, nobody is left to warn.
    let _ = write!(std::io::stderr(), "{warnings}");
    let is_open = !arguments.listen.ip().is_loopback() && arguments.tls_cert.is_none();
    if is_open && token().is_some() {
        let _ = write!(std::io::stderr(), "{IN_CLEAR}");
    }
    let organization_id = definition.organization_id;
    let endpoints: Vec<_> = definition
        .messages
        .iter()
        .map(|message| format!("{} goes to {}\n", message.name, public_address(&message.endpoint)))
        .collect();
    let builder = configured(Org::builder(definition), arguments)?.rest(rest(arguments)?);
    let builder = builder.rehearsal(rehearsal).coalesce(coalesce || arguments.coalesce).on_trouble(tell);

    // What is said first stands first: deliveries of a queue that was there begin at once.
    let first = Arc::new(Mutex::new(()));
    let speaking = Arc::clone(&first);
    let builder = builder.observer(move |name, sent| {
        let _turn = speaking.lock().unwrap_or_else(PoisonError::into_inner);
        // When standard output is gone, the organization goes on.
        let _ = print(delivery(name, sent));
    });
    let stop = stop()?;
    let turn = first.lock().unwrap_or_else(PoisonError::into_inner);
    let org = builder.start().map_err(|error| failure(&error))?;
    let scheme = if arguments.tls_cert.is_some() { "https" } else { "http" };
    if let Some(address) = org.address() {
        print(format_args!("listening on {scheme}://{address}\nstatus page  {scheme}://{address}/\n"))?;
    }
    print(format_args!("organization {organization_id}\n{}", endpoints.concat()))?;
    if !rehearsal.is_nothing() {
        print(format_args!("rehearsing {rehearsal}\n"))?;
    }
    drop(turn);

    // An end without a signal would be one of the signal's thread.
    let _ = stop.recv();
    print("stopping when the replies in flight are there; once more to stop at once\n")?;
    let waiting = || org.status().map_or(0, |status| status.iter().map(|message| message.waiting).sum());
    let lost: u64 = if arguments.data.is_none() { waiting() } else { 0 };
    org.stop();
    if lost > 0 {
        let lost = count(usize::try_from(lost).unwrap_or(usize::MAX), "notification");
        print(format_args!("lost with the records: {lost} not delivered yet; --data FILE keeps both\n"))?;
    }
    Ok(())
}

fn configured(mut builder: Builder, arguments: &Run) -> Result<Builder, Failure> {
    builder = builder.clock(SystemClock::with_speed(arguments.speed)).keep_failed(!arguments.drop_failed);
    if let Some(file) = &arguments.data {
        builder = builder.file(file);
    }
    // Elsewhere than the last time, for a listener that remembers ids; with a seed, all is as it was.
    if arguments.seed.is_none() {
        let micros = u64::try_from(Timestamp::now().as_microsecond()).unwrap_or_default();
        builder = builder.ids_from(micros);
    }
    for name in &arguments.drop_queue_of {
        builder = builder.drop_queue_of(name);
    }
    if let Some(folder) = &arguments.record {
        builder = record::recorded(builder, folder)?;
    }
    let Trust { roots, identity } = arguments.trusted.read(bytes)?;
    builder = roots.into_iter().fold(builder, Builder::root_certificates);
    if let Some((chain, key)) = identity {
        builder = builder.client_certificate(chain, key);
    }
    Ok(builder)
}

fn rest(arguments: &Run) -> Result<Rest, Failure> {
    let mut rest = Rest::on(arguments.listen);
    if let Some(token) = token() {
        rest = rest.token(token);
    }
    if let Some((chain, key)) = pair(arguments.tls_cert.as_deref(), arguments.tls_key.as_deref(), bytes)? {
        rest = rest.tls(chain, key);
    }
    Ok(rest)
}

/// Hears of the first Ctrl-C, or of a request to terminate; the second ends the program.
fn stop() -> Result<Receiver<()>, Failure> {
    let (sender, receiver) = channel();
    let mut is_stopping = false;
    ctrlc::set_handler(move || {
        if is_stopping {
            process::exit(INTERRUPTED);
        }
        is_stopping = true;
        // The other end waits as long as the program runs.
        let _ = sender.send(());
    })
    .map_err(|error| Failure::Unreachable(format!("error: cannot wait for signals: {error}")))?;
    Ok(receiver)
}

fn delivery(name: &str, sent: &Sent) -> String {
    let at = Timestamp::from_millisecond(sent.at_millis).unwrap_or_default();
    let notifications = count(sent.notifications, "notification");
    let took = sent.took_millis;
    let outcome = match &sent.reason {
        None => format!("delivered in {took} ms"),
        Some(reason) => {
            let status = sent.status.filter(|_| !reason.starts_with("HTTP status "));
            let status = status.map(|status| format!("HTTP {status}: ")).unwrap_or_default();
            format!("not delivered in {took} ms: {status}{}", in_words(reason))
        }
    };
    let rehearsed: Vec<_> = sent.rehearsed.iter().map(|fault| fault.name()).collect();
    let rehearsed =
        if rehearsed.is_empty() { String::new() } else { format!(" [rehearsed: {}]", rehearsed.join(", ")) };
    format!("{at:.3} {name}: {notifications} {outcome}{rehearsed}\n")
}

/// A reason without what only Salesforce's own page begins it with: the name of a Java class for trouble with TLS.
fn in_words(reason: &str) -> &str {
    match reason.split_once(": ") {
        Some((class, words)) if class.starts_with("javax.net.ssl.") => words,
        _ => reason,
    }
}

fn tell(trouble: Option<&Error>) {
    let text = match trouble {
        Some(error) => format!("error[{}]: {}", error.code(), error.message()),
        None => "the trouble is over".to_owned(),
    };
    // When standard error is gone, the organization goes on.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn failure(error: &Error) -> Failure {
    let text = format!("error[{}]: {}", error.code(), error.message());
    match error.code() {
        // What the user wrote, as against what the machine does not give.
        "SFD0405" | "SFD0502" | "SFD0504" => Failure::Wrong(text),
        code if code < "SFD04" => Failure::Wrong(text),
        _ => Failure::Unreachable(text),
    }
}
