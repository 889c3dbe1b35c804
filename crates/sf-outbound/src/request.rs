//! The HTTP request that brings a message: its head, and what is known of who sent it.

use bytes::Bytes;
use jiff::Timestamp;
use std::fmt;
use std::net::SocketAddr;

/// The HTTP request that brought a message, without its body.
///
/// What it can tell depends on the server below. Its layers say who the peer is: they put a [`PeerAddr`] and a
/// [`ClientCertificate`] into the request's extensions, or into the [`Head`] where there is no framework.
///
/// `Debug` shows the method, the peer and the time; headers and certificates can hold secrets.
///
/// # Example
///
/// ```
/// use sf_outbound::{ClientCertificate, Head, Request};
/// use std::net::SocketAddr;
///
/// let certificate = ClientCertificate::from_der(vec![0x30, 0x00]);
/// let peer: SocketAddr = "203.0.113.7:61616".parse()?;
/// let head = Head::post("text/xml").peer(peer).client_certificate(&certificate);
/// let request = Request::from(head);
/// assert_eq!(request.method(), "POST");
/// assert_eq!(request.peer().map(|peer| peer.port()), Some(61616));
/// assert_eq!(request.client_certificate(), Some(&certificate));
/// assert!(request.received_at() <= sf_outbound::jiff::Timestamp::now());
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone)]
pub struct Request {
    received_at: Timestamp,
    origin: Origin,
}

/// Where the facts are.
#[derive(Clone)]
enum Origin {
    Head {
        method: String,
        peer: Option<SocketAddr>,
        client_certificate: Option<ClientCertificate>,
    },
    #[cfg(feature = "http")]
    Http(Box<http::request::Parts>),
}

impl Request {
    #[cfg(feature = "http")]
    pub(crate) fn new(received_at: Timestamp, parts: http::request::Parts) -> Self {
        Self { received_at, origin: Origin::Http(Box::new(parts)) }
    }

    /// When the server received the request's head, by this machine's clock.
    #[must_use]
    pub fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// The method; for a request that the server accepted it is `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        match &self.origin {
            Origin::Head { method, .. } => method,
            #[cfg(feature = "http")]
            Origin::Http(parts) => parts.method.as_str(),
        }
    }

    /// The address of the other end of the connection; `None` where the server below does not tell it.
    ///
    /// Behind a proxy it is the proxy's.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        match &self.origin {
            Origin::Head { peer, .. } => *peer,
            #[cfg(feature = "http")]
            Origin::Http(parts) => parts.extensions.get::<PeerAddr>().map(|peer| peer.0),
        }
    }

    /// The certificate that the client presented; `None` where it presented none, or the server below does not tell it.
    ///
    /// That its issuer is trusted and that the client has its key is checked by the TLS library, not here.
    #[must_use]
    pub fn client_certificate(&self) -> Option<&ClientCertificate> {
        match &self.origin {
            Origin::Head { client_certificate, .. } => client_certificate.as_ref(),
            #[cfg(feature = "http")]
            Origin::Http(parts) => parts.extensions.get(),
        }
    }
}

#[cfg(feature = "http")]
impl Request {
    /// The headers; `None` if the request did not come through the crate `http`.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::Request;
    ///
    /// /// The subject of the client's certificate, as the proxy in front has checked and written it.
    /// fn subject(request: &Request) -> Option<&str> {
    ///     request.headers()?.get("x-client-subject")?.to_str().ok()
    /// }
    /// ```
    #[must_use]
    pub fn headers(&self) -> Option<&http::HeaderMap> {
        match &self.origin {
            Origin::Head { .. } => None,
            Origin::Http(parts) => Some(&parts.headers),
        }
    }

    /// The extensions, into which layers put what they know of the request; `None` if it did not come through the crate
    /// `http`.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::Request;
    ///
    /// #[derive(Clone)]
    /// struct TraceId(u64);
    ///
    /// fn trace(request: &Request) -> Option<u64> {
    ///     Some(request.extensions()?.get::<TraceId>()?.0)
    /// }
    /// ```
    #[must_use]
    pub fn extensions(&self) -> Option<&http::Extensions> {
        match &self.origin {
            Origin::Head { .. } => None,
            Origin::Http(parts) => Some(&parts.extensions),
        }
    }
}

/// A request that arrives now.
impl From<Head<'_>> for Request {
    fn from(head: Head<'_>) -> Self {
        let origin = Origin::Head {
            method: head.method.to_owned(),
            peer: head.peer,
            client_certificate: head.client_certificate.cloned(),
        };
        Self { received_at: Timestamp::now(), origin }
    }
}

/// A request that arrives now.
///
/// # Example
///
/// ```
/// use sf_outbound::{PeerAddr, Request};
///
/// let peer = PeerAddr("203.0.113.7:61616".parse()?);
/// let (parts, ()) = http::Request::post("/").header("traceparent", "00-1-2-01").extension(peer).body(())?.into_parts();
/// let request = Request::from(parts);
/// assert_eq!(request.headers().map(|headers| headers.len()), Some(1));
/// assert_eq!(request.peer(), Some(peer.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "http")]
impl From<http::request::Parts> for Request {
    fn from(parts: http::request::Parts) -> Self {
        Self::new(Timestamp::now(), parts)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method())
            .field("peer", &self.peer())
            .field("received_at", &self.received_at)
            .finish_non_exhaustive()
    }
}

/// The head of a request, for callers without the crate `http`: function hosts, tests, tools.
///
/// # Example
///
/// ```
/// use sf_outbound::{Bytes, Head, Reply, SObject, Server};
///
/// /// Of a function host that hands over method, headers and body.
/// async fn answer<O: SObject>(
///     server: &Server<O>, method: &str, content_type: Option<&str>, coding: Option<&str>, body: Bytes,
/// ) -> Reply {
///     let head = Head::new(method).content_type(content_type).content_encoding(coding);
///     server.handle(head, body).await
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Head<'h> {
    pub(crate) method: &'h str,
    pub(crate) content_type: Option<&'h str>,
    pub(crate) content_encoding: Option<&'h str>,
    peer: Option<SocketAddr>,
    client_certificate: Option<&'h ClientCertificate>,
}

impl<'h> Head<'h> {
    /// The head of a request with this method, such as `POST`.
    #[must_use]
    pub const fn new(method: &'h str) -> Self {
        Self { method, content_type: None, content_encoding: None, peer: None, client_certificate: None }
    }

    /// The head of a `POST` with this `Content-Type`, as Salesforce sends it: `text/xml; charset=UTF-8`.
    #[must_use]
    pub const fn post(content_type: &'h str) -> Self {
        Self { content_type: Some(content_type), ..Self::new("POST") }
    }

    /// Sets the value of `Content-Type`.
    #[must_use]
    pub fn content_type(self, content_type: impl Into<Option<&'h str>>) -> Self {
        Self { content_type: content_type.into(), ..self }
    }

    /// Sets the value of `Content-Encoding`: a compressed body is refused, and the refusal names the coding.
    #[must_use]
    pub fn content_encoding(self, content_encoding: impl Into<Option<&'h str>>) -> Self {
        Self { content_encoding: content_encoding.into(), ..self }
    }

    /// Sets the address of the other end of the connection: [`Request::peer`](crate::Request::peer).
    #[must_use]
    pub fn peer(self, peer: impl Into<Option<SocketAddr>>) -> Self {
        Self { peer: peer.into(), ..self }
    }

    /// Sets the certificate that the client presented:
    /// [`Request::client_certificate`](crate::Request::client_certificate).
    #[must_use]
    pub fn client_certificate(self, certificate: impl Into<Option<&'h ClientCertificate>>) -> Self {
        Self { client_certificate: certificate.into(), ..self }
    }
}

/// The address of the other end of a connection, for the extensions of an HTTP request: [`Request::peer`] finds it
/// there.
///
/// # Example
///
/// An accept loop knows the address, and puts it into each request of the connection:
///
/// ```
/// use http::Request;
/// use sf_outbound::PeerAddr;
/// use std::net::SocketAddr;
///
/// fn with_peer<B>(mut request: Request<B>, address: SocketAddr) -> Request<B> {
///     request.extensions_mut().insert(PeerAddr(address));
///     request
/// }
/// ```
///
/// docs/GUIDE.md has the same for axum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

/// The certificate of a client, in the DER encoding that TLS libraries hand out, without the rest of its chain.
///
/// A server puts it into the extensions of an HTTP request, where [`Request::client_certificate`] finds it.
/// `Debug` shows its length.
///
/// # Example
///
/// ```
/// use sf_outbound::ClientCertificate;
///
/// /// What a TLS library such as rustls knows after the handshake: the client's certificate first, then its issuers.
/// fn of_client<D: AsRef<[u8]>>(chain: &[D]) -> Option<ClientCertificate> {
///     chain.first().map(|certificate| ClientCertificate::from_der(certificate.as_ref().to_vec()))
/// }
/// let certificate = of_client(&[[0x30, 0x00]]).unwrap();
/// assert_eq!(certificate.der(), [0x30, 0x00]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate(Bytes);

impl ClientCertificate {
    /// The certificate with these bytes in DER, which are not checked.
    #[must_use]
    pub fn from_der(der: impl Into<Bytes>) -> Self {
        Self(der.into())
    }

    /// The bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({} bytes)", self.0.len())
    }
}
