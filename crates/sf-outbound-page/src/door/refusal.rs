//! Why a request is not answered.

use axum::http::header::{CONNECTION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use std::fmt;

/// Until another page may have been closed, in seconds.
const LISTENERS_WAIT: u64 = 10;

/// Why a request is refused. `Display` is a sentence for whoever sent it.
///
/// # Example
///
/// ```
/// use axum::response::{IntoResponse, Response};
/// use sf_outbound_page::{Door, Refusal};
/// use std::net::IpAddr;
///
/// /// A handler that looks at a password by itself.
/// fn log_in(door: &Door, peer: IpAddr, password: &str) -> Response {
///     match door.judge(peer, password, true) {
///         Ok(()) => "welcome".into_response(),
///         Err(refusal) => refusal.mark((refusal.status(), refusal.to_string()).into_response()),
///     }
/// }
/// assert_eq!(Refusal::Origin.to_string(), "requests of other web pages are not answered");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It names another host, or two hosts.
    Host,
    /// It comes from another page.
    Origin,
    /// It changes something, and no form of the server's own page sent it.
    Form,
    /// Nobody has logged in.
    Session,
    /// It has no token, or a wrong one.
    Token,
    /// Too many wrong tokens.
    Guesses {
        /// The pause before the next one is compared.
        seconds: u64,
    },
    /// Too many pages listen for changes.
    Listeners,
    /// Its body took too long.
    Late,
    /// It can't be read; the status says why.
    Malformed(StatusCode),
}

impl Refusal {
    /// Its HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Host | Self::Origin | Self::Form => StatusCode::FORBIDDEN,
            Self::Session | Self::Token => StatusCode::UNAUTHORIZED,
            Self::Guesses { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Listeners => StatusCode::SERVICE_UNAVAILABLE,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed(status) => status,
        }
    }

    /// Adds the headers of this refusal: `Retry-After` if the client can try again, `Connection: close` after a late body.
    /// The guard does so by itself; this is for handlers that refuse.
    pub fn mark(self, mut response: Response) -> Response {
        match self {
            Self::Guesses { seconds } => {
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
            }
            Self::Listeners => {
                response.headers_mut().insert(RETRY_AFTER, LISTENERS_WAIT.into());
            }
            Self::Late => {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "requests for another host than this machine are not answered",
            Self::Origin => "requests of other web pages are not answered",
            Self::Form => "only forms of this page itself are heard",
            Self::Session => "nobody has logged in, or the session is over",
            Self::Token => "this needs the token",
            Self::Guesses { seconds } => return write!(f, "too many wrong tokens: wait for {seconds} s"),
            Self::Listeners => "too many pages are open: this one is not kept up to date",
            Self::Late => "the request took too long",
            Self::Malformed(StatusCode::NOT_FOUND) => "there is nothing at this address",
            Self::Malformed(StatusCode::PAYLOAD_TOO_LARGE) => "the request is too large",
            Self::Malformed(StatusCode::UNSUPPORTED_MEDIA_TYPE) => {
                "a form has the content type application/x-www-form-urlencoded"
            }
            Self::Malformed(_) => "the path, the query or the form can't be read",
        })
    }
}

impl std::error::Error for Refusal {}
