//! One request: read, kept, shown, handed on, answered.

use super::log::Log;
use super::readers::Readers;
use super::seen::Seen;
use crate::answer::{Answer, Answers, Script};
use crate::capture::{Capture, Entry, Exchange};
use crate::commands::decode::json;
use crate::files::count;
use crate::post::Endpoint;
use sf_outbound::jiff::Timestamp;
use sf_outbound::{Ack, Fault, Head, Notifications, Record, Refusal, Reply};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// A request's head, as far as it matters here.
pub(super) struct Request {
    /// Scheme, host, path and query.
    pub(super) url: String,
    pub(super) path: String,
    pub(super) method: String,
    pub(super) content_type: Option<String>,
    pub(super) content_encoding: Option<String>,
}

/// What all requests share.
pub(super) struct Intake {
    pub(super) readers: Readers,
    pub(super) capture: Option<Capture>,
    pub(super) then: Then,
    pub(super) log: Arc<Log>,
    pub(super) seen: Mutex<Seen>,
    pub(super) totals: Mutex<Totals>,
}

/// Where an answer comes from.
pub(super) enum Then {
    Play(Answers),
    Forward(Endpoint),
}

/// What came, and what was answered.
#[derive(Default)]
pub(super) struct Totals {
    messages: usize,
    notifications: usize,
    again: usize,
    answers: [usize; 4],
    refused: usize,
}

impl Request {
    pub(super) fn head(&self) -> Head<'_> {
        Head::new(&self.method)
            .content_type(self.content_type.as_deref())
            .content_encoding(self.content_encoding.as_deref())
    }
}

impl Then {
    pub(super) fn play(script: Script) -> Self {
        Self::Play(Answers::new(script))
    }
}

impl Intake {
    /// Answers a request whose body was read; `None` is no answer.
    ///
    /// The bytes are kept before anything else, so that what cannot be read can be looked at, and before any ack.
    pub(super) fn take(&self, request: &Request, body: &[u8]) -> Option<Reply> {
        let started = Instant::now();
        let entry = match self.capture.as_ref().map(|capture| capture.request(body)).transpose() {
            Ok(entry) => entry,
            Err(error) => return Some(self.cannot_keep(&error)),
        };
        let reply = match self.readers.read(request.head(), body) {
            Ok(message) => self.answer(request, &message),
            Err(refusal) => Some(self.refuse(request, refusal)),
        };
        if let Some(entry) = entry {
            self.keep_reply(&entry, request, reply.as_ref(), started);
        }
        reply
    }

    /// Shows and counts a refusal.
    pub(super) fn refuse(&self, request: &Request, refusal: Refusal) -> Reply {
        self.log.note(&format!("{} {}: refused: {refusal}", now(), request.path));
        self.count(|totals| totals.refused += 1);
        refusal.into()
    }

    fn answer(&self, request: &Request, message: &Notifications<Record>) -> Option<Reply> {
        let again = self.note(message);
        let (answer, why) = match &self.then {
            Then::Play(answers) => (answers.next(), String::new()),
            Then::Forward(endpoint) => match forward(endpoint, message) {
                Ok(status) => (Answer::Ack, format!(" (forwarded: HTTP {status})")),
                Err(why) => (Answer::Nack, format!(" ({why})")),
            },
        };
        let about = format!("{} {}: {}: {}{why}", now(), request.path, about(message), answer.word());
        self.log.message(&about, message, &again);
        for name in self.readers.news(message) {
            self.log.note(&format!("  not in the WSDL, so passed over: {name:?}"));
        }
        // Nobody has seen the message when the reader of the output has gone.
        let answer = if self.log.is_closed() && answer == Answer::Ack { Answer::Nack } else { answer };
        self.count(|totals| totals.answers[answer as usize] += 1);
        Some(match answer {
            Answer::Ack => Ack::Accepted.into(),
            Answer::Nack => Ack::Retry.into(),
            Answer::Fault => Fault::new("the listener was told to answer with a fault").into(),
            Answer::Drop => return None,
        })
    }

    /// Which notifications came before.
    fn note(&self, message: &Notifications<Record>) -> Vec<bool> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let again: Vec<_> = message.notifications.iter().map(|one| seen.note(one.id)).collect();
        drop(seen);
        self.count(|totals| {
            totals.messages += 1;
            totals.notifications += again.len();
            totals.again += again.iter().filter(|again| **again).count();
        });
        again
    }

    fn cannot_keep(&self, error: &std::io::Error) -> Reply {
        self.log.note(&format!("{} error: cannot keep a message: {error}", now()));
        self.count(|totals| totals.answers[Answer::Fault as usize] += 1);
        Fault::new("the message could not be kept").into()
    }

    fn keep_reply(&self, entry: &Entry, request: &Request, reply: Option<&Reply>, started: Instant) {
        let exchange = Exchange {
            endpoint: &request.url,
            content_type: request.content_type.as_deref(),
            reply: reply.map(|reply| (reply.status, &reply.body[..])),
            took: started.elapsed(),
            rehearsed: &[],
        };
        if let Err(error) = entry.reply(&exchange) {
            self.log.note(&format!("{} error: cannot keep a reply: {error}", now()));
        }
    }

    fn count(&self, add: impl FnOnce(&mut Totals)) {
        add(&mut self.totals.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether nobody reads what is shown.
    pub(super) fn is_closed(&self) -> bool {
        self.log.is_closed()
    }

    /// The last line.
    pub(super) fn summary(&self) -> String {
        let totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let [acks, nacks, faults, drops] = totals.answers;
        format!(
            "{}, {} ({} again): {acks} ack, {nacks} nack, {faults} fault, {drops} drop; {} refused",
            count(totals.messages, "message"),
            count(totals.notifications, "notification"),
            totals.again,
            count(totals.refused, "request"),
        )
    }
}

/// The status of a 2xx.
fn forward(endpoint: &Endpoint, message: &Notifications<Record>) -> Result<u16, String> {
    let line = json(message).map_err(|failure| failure.text().trim_start_matches("error: ").to_owned())?;
    match endpoint.post(&[("Content-Type", "application/json")], line.trim_end().as_bytes()) {
        Ok(reply) if (200..300).contains(&reply.status) => Ok(reply.status),
        Ok(reply) => Err(format!("forwarded: HTTP {}", reply.status)),
        Err(trouble) => Err(trouble.to_string()),
    }
}

/// `3 notifications of Opportunity, organization 00D…, action 04k…`; nothing names the object of deleted records.
fn about(message: &Notifications<Record>) -> String {
    let record = message.notifications.iter().find_map(|one| one.sobject.as_ref());
    let object =
        record.map_or_else(String::new, |record| format!(" of {}", record.schema().table().object()));
    let notifications = count(message.notifications.len(), "notification");
    let (organization, action) = (message.organization_id, message.action_id);
    format!("{notifications}{object}, organization {organization}, action {action}")
}

/// The time of day in UTC.
fn now() -> String {
    Timestamp::now().strftime("%H:%M:%SZ").to_string()
}
