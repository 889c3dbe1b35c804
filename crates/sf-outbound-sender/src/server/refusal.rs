//! Why a request is not answered, in Salesforce's words.

use super::reply::Reply;
use crate::error::{self, Error};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sf_outbound_page::Refusal;

/// A refusal in Salesforce's shape.
pub(super) fn refuse(refusal: Refusal, _: &Method) -> Response {
    Reply::from(Error::from(refusal)).into_response()
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let word = match refusal {
            Refusal::Host | Refusal::Origin | Refusal::Form => error::FORBIDDEN,
            Refusal::Session | Refusal::Token => {
                return Self::new(error::SESSION, "Session expired or invalid");
            }
            Refusal::Guesses { .. } => error::GUESSES,
            Refusal::Listeners => error::BUSY,
            Refusal::Late => error::LATE,
            Refusal::Malformed(StatusCode::NOT_FOUND) => {
                return Self::new(error::NOT_FOUND, "The requested resource does not exist");
            }
            Refusal::Malformed(StatusCode::PAYLOAD_TOO_LARGE) => error::TOO_LARGE,
            Refusal::Malformed(StatusCode::UNSUPPORTED_MEDIA_TYPE) => error::MEDIA_TYPE,
            Refusal::Malformed(_) => error::MALFORMED,
        };
        Self::new(word, refusal.to_string())
    }
}
