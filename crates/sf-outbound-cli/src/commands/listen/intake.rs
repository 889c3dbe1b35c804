//! One request: read, kept, shown, handed on, answered.

use super::log::{Log, now};
use super::readers::Readers;
use super::seen::Seen;
use crate::answer::{Answer, Answers, Script};
use crate::capture::{Capture, Entry, Exchange};
use crate::commands::decode::json;
use crate::files::count;
use crate::post::Endpoint;
use sf_outbound::{Ack, Fault, Head, Notifications, Record, Refusal, Reply};
use sf_outbound_inbox::Inbox;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::runtime::Handle;

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
    /// Store it, and post it later.
    Store(Inbox),
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
        let reply = match (&self.then, self.readers.read(request.head(), body)) {
            (Then::Store(inbox), read) => Some(self.store(inbox, request, body, read)),
            (Then::Play(answers), Ok(message)) => self.answer(request, &message, answers.next(), ""),
            (Then::Forward(endpoint), Ok(message)) => {
                let (answer, why) = forward(endpoint, &message);
                self.answer(request, &message, answer, &why)
            }
            (_, Err(refusal)) => Some(self.refuse(request, refusal)),
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

    /// Stores a message before its ack. What no WSDL reads is stored too, and parked.
    fn store(
        &self,
        inbox: &Inbox,
        request: &Request,
        body: &[u8],
        read: Result<Notifications<Record>, Refusal>,
    ) -> Reply {
        let reply = Handle::current().block_on(inbox.accept(request.head(), body));
        let is_stored = reply.status == 200;
        match (read, is_stored) {
            (Ok(message), _) => {
                let again = self.note(&message);
                let word = if is_stored { "stored: ack" } else { "not stored: fault" };
                let why = inbox.trouble().filter(|_| !is_stored).map(|why| format!(" ({why})"));
                let about = format!(
                    "{} {}: {}: {word}{}",
                    now(),
                    request.path,
                    about(&message),
                    why.unwrap_or_default()
                );
                self.log.message(&about, &message, &again);
                let answer = if is_stored { Answer::Ack } else { Answer::Fault };
                self.count(|totals| totals.answers[answer as usize] += 1);
            }
            (Err(refusal), true) => {
                self.log.note(&format!("{} {}: stored, and parked: {refusal}", now(), request.path));
                self.count(|totals| totals.answers[Answer::Ack as usize] += 1);
            }
            (Err(refusal), false) => {
                self.refuse(request, refusal);
            }
        }
        reply
    }

    fn answer(
        &self,
        request: &Request,
        message: &Notifications<Record>,
        answer: Answer,
        why: &str,
    ) -> Option<Reply> {
        let again = self.note(message);
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

/// An ack after a 2xx, and what came back.
fn forward(endpoint: &Endpoint, message: &Notifications<Record>) -> (Answer, String) {
    let line = match json(message) {
        Ok(line) => line,
        Err(failure) => {
            return (Answer::Nack, format!(" ({})", failure.text().trim_start_matches("error: ")));
        }
    };
    match endpoint.post(&[("Content-Type", "application/json")], line.trim_end().as_bytes()) {
        Ok(reply) => {
            let is_taken = (200..300).contains(&reply.status);
            (
                if is_taken { Answer::Ack } else { Answer::Nack },
                format!(" (forwarded: HTTP {})", reply.status),
            )
        }
        Err(trouble) => (Answer::Nack, format!(" ({trouble})")),
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
