//! What stands between the HTTP library and the socket: it notes how far a request came, and reads a reply that was
//! there before the connection broke.
//!
//! ```text
//! library ─► Exchange ─► Secured (TLS) ─► Steady ─► TCP
//!            was there                    a write that
//!            a reply?                     fails is no end
//! ```

use std::fmt;
use std::io::{self, ErrorKind};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout, TcpConnector,
    Transport,
};
use ureq::{Agent, Error};

/// How far a request came that has no reply.
#[derive(Debug)]
pub(crate) enum Stage {
    /// The host's name gave no address.
    Resolve(Error),
    /// There is no connection.
    Connect(Error),
    /// The connection is there, and the two do not agree on TLS.
    #[cfg_attr(not(feature = "https"), allow(dead_code))]
    Secure(Error),
    /// The message did not get through.
    Send(Error),
    /// Not a byte of a reply came; `None` where the connection was simply closed.
    Reply(Option<Error>),
    /// What came is of another protocol.
    Foreign(Protocol),
}

/// A protocol that is not the one that was spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http2,
    Tls,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Stage {}

fn at(stage: Stage) -> Error {
    Error::Other(Box::new(stage))
}

/// The reason why writing failed, where reading gave nothing after it.
#[derive(Debug)]
pub(crate) struct Unsent(io::Error);

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Unsent {}

pub(crate) fn agent(config: Config) -> Agent {
    let connector = ().chain(ConnectProxyConnector::default()).chain(Reach(TcpConnector::default()));
    #[cfg(feature = "https")]
    let connector = connector.chain(Secure(ureq::unversioned::transport::RustlsConnector::default()));
    Agent::with_parts(config, connector.chain(Watch), Names(DefaultResolver::default()))
}

#[derive(Debug)]
struct Names(DefaultResolver);

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        self.0.resolve(uri, config, timeout).map_err(|error| match error {
            Error::BadUri(_) => error,
            error => at(Stage::Resolve(error)),
        })
    }
}

#[derive(Debug)]
struct Reach(TcpConnector);

impl<In: Transport> Connector<In> for Reach {
    type Out = Either<In, Steady>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        if let Some(transport) = chained {
            return Ok(Some(Either::A(transport)));
        }
        let tcp =
            Connector::<()>::connect(&self.0, details, None).map_err(|error| at(Stage::Connect(error)))?;
        let Some(tcp) = tcp else { return Ok(None) };
        Ok(Some(Either::B(Steady { inner: Box::new(tcp), unsent: None })))
    }
}

#[cfg(feature = "https")]
#[derive(Debug)]
struct Secure(ureq::unversioned::transport::RustlsConnector);

#[cfg(feature = "https")]
impl<In: Transport> Connector<In> for Secure {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let secured = self.0.connect(details, chained).map_err(|error| at(Stage::Secure(error)))?;
        Ok(secured.map(|transport| Box::new(transport) as Box<dyn Transport>))
    }
}

/// After a write that failed it reads on: the reply that an endpoint gave before it closed is still to be read.
#[derive(Debug)]
struct Steady {
    inner: Box<dyn Transport>,
    unsent: Option<io::Error>,
}

impl Transport for Steady {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.unsent.is_none() {
            match self.inner.transmit_output(amount, timeout) {
                Err(Error::Io(error)) => self.unsent = Some(error),
                done => return done,
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        match self.inner.await_input(timeout) {
            // The kind is one that ends a reply whose end is that of the connection.
            Ok(false) | Err(Error::Io(_)) if self.unsent.is_some() => {
                let error = self.unsent.take().map(Unsent);
                // From now on it is as closed as it says.
                self.unsent = Some(ErrorKind::ConnectionReset.into());
                Err(Error::Io(error.map_or_else(
                    || ErrorKind::ConnectionReset.into(),
                    |unsent| io::Error::new(ErrorKind::ConnectionReset, unsent),
                )))
            }
            read => read,
        }
    }

    fn is_open(&mut self) -> bool {
        self.unsent.is_none() && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

#[derive(Debug)]
struct Watch;

impl<In: Transport> Connector<In> for Watch {
    type Out = Exchange<In>;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|inner| Exchange { inner, is_answering: false }))
    }
}

/// Tells a request without any reply from one whose reply has begun.
#[derive(Debug)]
struct Exchange<T> {
    inner: T,
    is_answering: bool,
}

impl<T: Transport> Transport for Exchange<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.is_answering = false;
        self.inner.transmit_output(amount, timeout).map_err(|error| at(Stage::Send(error)))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let read = self.inner.await_input(timeout);
        if self.is_answering {
            return read;
        }
        match read {
            Ok(true) => {
                self.is_answering = true;
                foreign(self.inner.buffers().input())
                    .map_or(Ok(true), |protocol| Err(at(Stage::Foreign(protocol))))
            }
            Ok(false) => Err(at(Stage::Reply(None))),
            Err(error) => Err(at(Stage::Reply(Some(error)))),
        }
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// The protocol of what is no reply by HTTP/1.1.
fn foreign(input: &[u8]) -> Option<Protocol> {
    match input {
        // A frame's length, the type SETTINGS or GOAWAY, flags, and stream 0.
        [0, _, _, 4 | 7, _, 0, 0, 0, 0, ..] => Some(Protocol::Http2),
        // An alert or a handshake, of SSL 3 or any TLS.
        [0x15 | 0x16, 3, 0..=4, ..] => Some(Protocol::Tls),
        _ => None,
    }
}

/// Whether an error of input or output says that the message was not sent.
pub(crate) fn is_unsent(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unsent>)
}
