//! `listen`: a listener of WSDLs that are read at run time.

mod forwarder;
mod intake;
mod log;
mod readers;
mod seen;
mod serve;
mod table;
mod tls;

use crate::args::Listen;
use crate::capture::Capture;
use crate::files::{Failure, model, options, schema};
use crate::post::Endpoint;
use intake::{Intake, Then, Totals};
use log::Log;
use readers::Readers;
use seen::Seen;
use serve::Serving;
use sf_outbound::{Limits, RecordReader};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{io, process};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::watch;

/// The exit code of a program that a second Ctrl-C ends.
const INTERRUPTED: i32 = 130;
/// Within the 60 s that Salesforce waits. With an inbox it does not wait for the post.
const FORWARD_TIMEOUT: Duration = Duration::from_secs(55);
/// Connections to where messages are forwarded that are kept open.
const FORWARD_CONNECTIONS: usize = 16;

pub(crate) fn run(arguments: &Listen) -> Result<(), Failure> {
    let log = Arc::new(Log::new(arguments.format, arguments.width));
    let intake = Arc::new(intake(arguments, &log)?);
    let stop = Arc::new(watch::Sender::new(false));
    stop_on_signal(Arc::clone(&stop))?;
    let runtime =
        Builder::new_current_thread().enable_all().build().map_err(|error| cannot_listen(&error))?;
    let tls = tls::acceptor(arguments)?;
    let serving = Serving { intake: Arc::clone(&intake), delay: arguments.delay, tls, stop };
    runtime.block_on(serve(serving, arguments.address, &log))?;
    if let Then::Store(inbox) = &intake.then {
        inbox.close();
        log.note(&forwarder::summary(inbox));
    }
    log.note(&intake.summary());
    Ok(())
}

async fn serve(serving: Serving, address: SocketAddr, log: &Log) -> Result<(), Failure> {
    let socket = TcpListener::bind(address).await.map_err(|error| {
        let help = "name another address with `--listen`; port 0 is any that is free";
        Failure::Unreachable(format!("error: cannot listen on {address}: {error}\nhelp: {help}"))
    })?;
    let address = socket.local_addr().map_err(|error| cannot_listen(&error))?;
    log.note(&format!("listening on {}://{address}", serving.scheme()));
    serving.run(socket).await;
    Ok(())
}

fn cannot_listen(error: &io::Error) -> Failure {
    Failure::Unreachable(format!("error: cannot listen: {error}"))
}

fn intake(arguments: &Listen, log: &Arc<Log>) -> Result<Intake, Failure> {
    let options = options(&arguments.types.mappings)?;
    let limits = Limits::default().body_bytes(arguments.max_body);
    let (mut readers, mut schemas) = (Vec::new(), Vec::new());
    for wsdl in &arguments.wsdl {
        let schema = schema(&model(wsdl, &options)?.0)?;
        schemas.push(schema.clone());
        // The one that is chosen among several tells.
        let reader = RecordReader::new(schema).on_unknown(|_| {}).limits(limits);
        readers.push(arguments.organization.iter().fold(reader, |reader, id| reader.organization(*id)));
    }
    if readers.is_empty() {
        return Err(Failure::Usage("error: name a WSDL with `--wsdl`".into()));
    }
    let forward = arguments.forward.as_ref().map(|url| {
        Endpoint::new(
            url,
            if arguments.inbox.is_some() { arguments.deadline } else { FORWARD_TIMEOUT },
            FORWARD_CONNECTIONS.max(arguments.concurrency.into()),
            &arguments.trusted,
        )
    });
    let then = match (forward.transpose()?, &arguments.inbox) {
        (Some(endpoint), Some(address)) => {
            Then::Store(forwarder::open(arguments, address, &endpoint, schemas, log)?)
        }
        (Some(endpoint), None) => Then::Forward(endpoint),
        (None, _) => Then::play(arguments.answer.clone()),
    };
    Ok(Intake {
        readers: Readers::new(readers.remove(0), readers),
        capture: arguments.keep.as_deref().map(Capture::open).transpose()?,
        then,
        log: Arc::clone(log),
        seen: Mutex::new(Seen::default()),
        totals: Mutex::new(Totals::default()),
    })
}

/// The first Ctrl-C, or request to terminate, ends the listener gracefully; the second at once.
fn stop_on_signal(stop: Arc<watch::Sender<bool>>) -> Result<(), Failure> {
    // It prints nothing itself: output that is stuck would hold up the second Ctrl-C.
    ctrlc::set_handler(move || {
        if stop.send_replace(true) {
            process::exit(INTERRUPTED);
        }
    })
    .map_err(|error| Failure::Unreachable(format!("error: cannot wait for signals: {error}")))
}
