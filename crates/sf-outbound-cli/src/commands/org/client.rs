//! The REST API of a running organization, from the outside.

use super::token::token;
use crate::args::org::Running;
use crate::files::{Failure, bytes};
use crate::post;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sf_outbound_client::{Body, Kind, Settings, Trouble, Trust};
use sf_outbound_wsdl::public_address;
use std::fmt::Write;
use std::time::Duration;

/// Longer than a change of a record can take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What is read of a reply: a list of failed notifications can be long.
const REPLY_BYTES: u64 = 1 << 28;
/// Version of the API that is spoken.
const DATA: &str = "services/data/v61.0";
/// What has no meaning in any part of a URL stays.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A connection to a running organization.
pub(super) struct Client {
    http: sf_outbound_client::Client,
    url: String,
    token: String,
}

impl Client {
    pub(super) fn new(org: &Running) -> Result<Self, Failure> {
        sf_outbound_client::Client::check(&org.url)
            .map_err(|refused| Failure::Usage(post::text(&refused)))?;
        let roots = org.root_cert.iter().map(|file| bytes(file)).collect::<Result<_, _>>()?;
        let trust = Trust { roots, identity: None };
        // Without a proxy: it runs on this machine, or near.
        let settings = Settings { timeout: TIMEOUT, reply_bytes: REPLY_BYTES, trust, ..Settings::default() };
        let http = sf_outbound_client::Client::new(&settings)
            .map_err(|error| Failure::Wrong(format!("error: --root-cert: {error}")))?;
        // Without a token of its own, an organization takes any.
        let token = token().unwrap_or_else(|| "sf-outbound".to_owned());
        let url = org.url.trim_end_matches('/').to_owned();
        Ok(Self { http, url, token })
    }

    /// What an operation on records gives; `null` where the reply has no content.
    pub(super) fn data(&self, method: &str, path: &[&str], body: Option<&Value>) -> Result<Value, Failure> {
        self.send(method, &format!("{DATA}/{}", joined(path)), body)
    }

    /// What an operation on queues gives.
    pub(super) fn queue(&self, method: &str, path: &[&str]) -> Result<Value, Failure> {
        self.send(method, &format!("sf-outbound/{}", joined(path)), None)
    }

    /// All entries of a list of an outbound message, which comes in parts.
    pub(super) fn failed(&self, message: &str) -> Result<Vec<Value>, Failure> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all.last().and_then(|entry| entry["id"].as_str()).map(|id| format!("&after={id}"));
            let path = joined(&["messages", message, "failed"]);
            let path = format!("sf-outbound/{path}?limit=1000{}", after.unwrap_or_default());
            let part = self.send("GET", &path, None)?;
            let part = part.as_array().cloned().unwrap_or_default();
            if part.is_empty() {
                return Ok(all);
            }
            all.extend(part);
        }
    }

    /// What waits of an outbound message, the first due first, at most as much as one reply holds.
    ///
    /// **Errors.** As [`Client::queue`].
    pub(super) fn waiting(&self, message: &str) -> Result<Vec<Value>, Failure> {
        let path = joined(&["messages", message, "waiting"]);
        let waiting = self.send("GET", &format!("sf-outbound/{path}?limit=10000"), None)?;
        Ok(waiting.as_array().cloned().unwrap_or_default())
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let token = format!("Bearer {}", self.token);
        let headers = [("Content-Type", "application/json"), ("Authorization", token.as_str())];
        let body = body.map(Value::to_string).unwrap_or_default();
        let url = format!("{}/{path}", self.url);
        let reply = self.http.send(method, &url, &headers, Body::Bytes(body.as_bytes()));
        let reply = reply.map_err(|trouble| Self::failure(&trouble))?;
        let (status, reply) = (reply.status, reply.body);
        let is_good = (200..300).contains(&status);
        let reply = if reply.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&reply) };
        match reply {
            Ok(reply) if is_good => Ok(reply),
            Ok(errors) if errors.is_array() => Err(Failure::Wrong(refusal(&errors))),
            _ => Err(Failure::Wrong(format!(
                "error: {} is no organization: it answered with HTTP {status}",
                public_address(&self.url)
            ))),
        }
    }

    fn failure(trouble: &Trouble) -> Failure {
        match trouble.kind() {
            Kind::Address => Failure::Usage(post::text(trouble)),
            Kind::Unreached => Failure::Unreachable(format!(
                "error: {trouble}\nhelp: is `sf-outbound org FILE` running there? name another with --org"
            )),
            _ => Failure::Unreachable(post::text(trouble)),
        }
    }
}

/// Segments of a path, with what has a meaning in URLs escaped.
fn joined(path: &[&str]) -> String {
    let segments: Vec<_> =
        path.iter().map(|segment| utf8_percent_encode(segment, ESCAPED).to_string()).collect();
    segments.join("/")
}

/// `[{"errorCode":"…","message":"…"}]` for people.
fn refusal(errors: &Value) -> String {
    let mut text = String::new();
    for error in errors.as_array().into_iter().flatten() {
        let word = |key: &str| error[key].as_str().unwrap_or_default();
        let _ = writeln!(text, "error[{}]: {}", word("errorCode"), word("message"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_never_more_than_one() {
        assert_eq!(joined(&["sobjects", "A__c", "a/b?c=ü"]), "sobjects/A__c/a%2Fb%3Fc%3D%C3%BC");
    }
}
