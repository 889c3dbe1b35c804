//! The REST API of a running organization, from the outside.

use super::args::Running;
use crate::files::{Failure, bytes};
use serde_json::Value;
use sf_outbound_wsdl::public_address;
use std::fmt::Write;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Method, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Longer than a change of a record can take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What is read of a reply: a list of failed notifications can be long.
const REPLY_BYTES: u64 = 1 << 28;
/// Version of the API that is spoken.
const DATA: &str = "services/data/v61.0";

/// A connection to a running organization.
pub(super) struct Client {
    agent: Agent,
    url: String,
    token: String,
}

impl Client {
    pub(super) fn new(org: &Running) -> Result<Self, Failure> {
        let mut config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            // It runs on this machine, or near.
            .proxy(None)
            .user_agent("sf-outbound");
        if let Some(file) = &org.root_cert {
            let no_certificate =
                |_| Failure::Wrong(format!("error: {} is no PEM certificate", file.display()));
            let root = Certificate::from_pem(&bytes(file)?).map_err(no_certificate)?;
            let roots = RootCerts::new_with_certs(&[root]);
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        // Without a token of its own, an organization takes any.
        let token = super::token().unwrap_or_else(|| "sf-outbound".to_owned());
        let url = org.url.trim_end_matches('/').to_owned();
        Ok(Self { agent: config.build().into(), url, token })
    }

    /// What an operation on records gives; `null` where the reply has no content.
    pub(super) fn data(&self, method: Method, path: &[&str], body: Option<&Value>) -> Result<Value, Failure> {
        self.send(method, &format!("{DATA}/{}", joined(path)), body)
    }

    /// What an operation on queues gives.
    pub(super) fn queue(&self, method: Method, path: &[&str]) -> Result<Value, Failure> {
        self.send(method, &format!("sf-outbound/{}", joined(path)), None)
    }

    /// All entries of a list of an outbound message, which comes in parts.
    pub(super) fn list(&self, message: &str, what: &str) -> Result<Vec<Value>, Failure> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all.last().and_then(|entry| entry["id"].as_str()).map(|id| format!("&after={id}"));
            let path = joined(&["messages", message, what]);
            let path = format!("sf-outbound/{path}?limit=1000{}", after.unwrap_or_default());
            let part = self.send(Method::GET, &path, None)?;
            let part = part.as_array().cloned().unwrap_or_default();
            if part.is_empty() {
                return Ok(all);
            }
            all.extend(part);
        }
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let shown = public_address(&self.url);
        let unreachable = |error: ureq::Error| match error {
            // The library's own words for a bad URL would repeat it with its secrets.
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                Failure::Usage(format!("error: {shown} is not a valid URL"))
            }
            error => Failure::Unreachable(format!(
                "error: cannot reach {shown}: {error}\nhelp: is `sf-outbound org FILE` running there? name another with --org"
            )),
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/{path}", self.url))
            .header("Content-Type", "application/json")
            .header("Authorization", format!("Bearer {}", self.token))
            .body(body.map(Value::to_string).unwrap_or_default())
            .map_err(|error| unreachable(error.into()))?;
        let mut response = self.agent.run(request).map_err(unreachable)?;
        let is_good = response.status().is_success();
        let status = response.status().as_u16();
        let reply =
            response.body_mut().with_config().limit(REPLY_BYTES).read_to_vec().map_err(unreachable)?;
        let reply = if reply.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&reply) };
        match reply {
            Ok(reply) if is_good => Ok(reply),
            Ok(errors) if errors.is_array() => Err(Failure::Wrong(refusal(&errors))),
            _ => Err(Failure::Wrong(format!(
                "error: {shown} is no organization: it answered with HTTP {status}"
            ))),
        }
    }
}

/// Segments of a path, with what has a meaning in URLs escaped.
fn joined(path: &[&str]) -> String {
    let mut joined = String::new();
    for (index, segment) in path.iter().enumerate() {
        if index > 0 {
            joined.push('/');
        }
        for byte in segment.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                joined.push(char::from(byte));
            } else {
                // Writing to a `String` can't fail.
                let _ = write!(joined, "%{byte:02X}");
            }
        }
    }
    joined
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
