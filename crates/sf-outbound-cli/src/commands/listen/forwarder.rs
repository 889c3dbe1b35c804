//! `--inbox`: what is stored before the ack is posted until somebody has taken it.

use super::log::{Log, now};
use crate::args::Listen;
use crate::commands::decode::json;
use crate::files::{Failure, count};
use crate::post::Endpoint;
use sf_outbound::jiff::fmt::rfc2822;
use sf_outbound::jiff::{SignedDuration, Timestamp};
use sf_outbound::{Kind, Limits, Notifications, Record, Schema};
use sf_outbound_client::Reply;
use sf_outbound_inbox::{Delivery, HandlerError, Inbox};
use std::sync::Arc;
use std::time::Duration;

/// The post ends first, and says why.
const AFTER_POST: Duration = Duration::from_secs(60);
/// Another try may do.
const FAILED: &str = "failed";
/// What of a reply's first line is shown.
const SHOWN: usize = 200;
/// No endpoint puts off a notification for longer.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// Opens the inbox of a command line, and begins to post what is stored.
pub(super) fn open(
    arguments: &Listen,
    address: &str,
    endpoint: &Endpoint,
    schemas: Vec<Schema>,
    log: &Arc<Log>,
) -> Result<Inbox, Failure> {
    let inbox = Inbox::at(address)
        .limits(Limits::default().body_bytes(arguments.max_body))
        .concurrency(arguments.concurrency.into())
        .deadline(arguments.deadline.saturating_add(AFTER_POST));
    let inbox = arguments.organization.iter().fold(inbox, |inbox, id| inbox.organization(*id));
    let inbox = united(schemas)?.into_iter().fold(inbox, |inbox, schema| {
        let (endpoint, log) = (endpoint.clone(), Arc::clone(log));
        inbox.outside_by(schema, move |delivery| {
            let (endpoint, log) = (endpoint.clone(), Arc::clone(&log));
            // Each handler has a thread of its own, in which it may wait.
            async move { post(&endpoint, &log, &delivery) }
        })
    });
    inbox.open().map_err(|error| Failure::Unreachable(format!("error: {error}")))
}

/// One schema an object: where several WSDLs have it, with the fields of all.
fn united(schemas: Vec<Schema>) -> Result<Vec<Schema>, Failure> {
    let mut objects: Vec<(String, Vec<(String, Kind)>)> = Vec::new();
    for schema in schemas {
        let table = schema.table();
        let at = objects.iter().position(|(object, _)| object == table.object()).unwrap_or(objects.len());
        if at == objects.len() {
            objects.push((table.object().to_owned(), Vec::new()));
        }
        let (object, fields) = &mut objects[at];
        for index in 0..table.len() {
            let (name, Some(kind)) = (table.name(index), table.kind(index)) else { continue };
            match fields.iter().find(|(known, _)| known == name) {
                None => fields.push((name.to_owned(), kind)),
                Some((_, known)) if *known == kind => {}
                Some((_, known)) => {
                    return Err(Failure::Usage(format!(
                        "error: {object}.{name} is {} in one WSDL and {} in another\n\
                         help: download both WSDLs again, or start a listener with an inbox of its own for each",
                        known.xsd_name(),
                        kind.xsd_name()
                    )));
                }
            }
        }
    }
    let schemas = objects.into_iter().map(|(object, fields)| Schema::new(&object, fields));
    schemas.collect::<Result<_, _>>().map_err(|error| Failure::Wrong(format!("error: {error}")))
}

/// Posts one notification, in the JSON of a message with it alone.
fn post(endpoint: &Endpoint, log: &Log, delivery: &Delivery<Record>) -> Result<(), HandlerError> {
    let about = format!("{} notification {}{}", now(), delivery.id, of_record(delivery.record.as_ref()));
    let body = json(&message(delivery)).map_err(|failure| failure.text().to_owned())?;
    let (attempt, revision) = (delivery.attempt.to_string(), delivery.revision.to_string());
    let received = delivery.received_at.to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", delivery.key.as_str()),
        ("Sf-Attempt", &attempt),
        ("Sf-Revision", &revision),
        ("Sf-Superseded", if delivery.is_superseded { "true" } else { "false" }),
        ("Sf-Received-At", &received),
    ];
    let (what, failed) = match endpoint.post(&headers, body.trim_end().as_bytes()) {
        Ok(reply) if (200..300).contains(&reply.status) => {
            log.note(&format!("{about}: forwarded: HTTP {}", reply.status));
            return Ok(());
        }
        Ok(reply) => refused(endpoint, &reply),
        Err(trouble) => (FAILED, HandlerError::from(trouble)),
    };
    log.note(&format!("{about}: try {attempt} {what}: {failed}"));
    Err(failed)
}

/// What became of a try whose reply is no 2xx: 410 and 422 say that no other try will do.
fn refused(endpoint: &Endpoint, reply: &Reply) -> (&'static str, HandlerError) {
    let error = HandlerError::from(format!(
        "HTTP {}{}",
        reply.status,
        first_line(&reply.body, |line| endpoint.without_secrets(line))
    ));
    match (reply.status, reply.retry_after.as_deref().and_then(|text| moment(text, Timestamp::now()))) {
        (410 | 422, _) => ("failed, and is set aside as a dead letter", error.dead()),
        (_, Some(moment)) => (FAILED, error.retry_at(moment)),
        _ => (FAILED, error),
    }
}

/// What a `Retry-After` stands for.
fn moment(text: &str, from: Timestamp) -> Option<Timestamp> {
    let wait = match text.trim().parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(seconds.into()),
        Err(_) => rfc2822::parse(text.trim()).ok()?.timestamp().duration_since(from),
    };
    from.checked_add(wait.clamp(SignedDuration::ZERO, LONGEST_WAIT)).ok()
}

/// `: ` and the first line of a text, first without secrets, then cut: half a secret is one.
fn first_line(body: &[u8], public: impl Fn(&str) -> String) -> String {
    let text = String::from_utf8_lossy(body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    let line: String = public(&line).chars().take(SHOWN).collect();
    if line.is_empty() { line } else { format!(": {line}") }
}

fn message(delivery: &Delivery<Record>) -> Notifications<Record> {
    let mut message = Notifications::<Record>::new(delivery.organization_id, delivery.action_id);
    message.enterprise_url.clone_from(&delivery.enterprise_url);
    message.partner_url.clone_from(&delivery.partner_url);
    message.with(delivery.id, delivery.record.clone())
}

fn of_record(record: Option<&Record>) -> String {
    record.map_or_else(
        || " of a deleted record".to_owned(),
        |record| format!(" of {} {}", record.schema().table().object(), record.id()),
    )
}

/// The last line but one.
pub(super) fn summary(inbox: &Inbox) -> String {
    let counts = inbox.counts();
    format!(
        "{} stored ({} came again): {} forwarded, {} failed, {} set aside as dead letters, {} parked",
        count(usize::try_from(counts.stored).unwrap_or(usize::MAX), "notification"),
        counts.duplicates,
        counts.handled,
        count(usize::try_from(counts.failed).unwrap_or(usize::MAX), "try").replace("trys", "tries"),
        counts.dead,
        counts.parked
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_seconds_or_a_date_and_never_longer_than_a_day() {
        let noon: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
        let seconds = |text: &str| moment(text, noon).map(|moment| moment.duration_since(noon).as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Thu, 26 Nov 2026 12:05:00 GMT"), Some(300));
        assert_eq!(seconds("Thu, 26 Nov 2026 11:00:00 GMT"), Some(0));
        assert_eq!(seconds("4000000000"), Some(24 * 3_600));
        assert_eq!(seconds("soon"), None);
    }

    #[test]
    fn wsdls_of_one_object_are_one_schema_unless_they_contradict() {
        let schema = |object: &str, fields: &[(&str, Kind)]| {
            Schema::new(object, fields.iter().map(|(name, kind)| ((*name).to_owned(), *kind))).unwrap()
        };
        let account = schema("Account", &[("Name", Kind::Text)]);
        let other = schema("Account", &[("Name", Kind::Text), ("Rating", Kind::Text)]);
        let both = united(vec![account.clone(), schema("Lead", &[]), other]).unwrap();
        assert_eq!(both.len(), 2);
        assert!(both[0].table().find("Rating").is_some());
        let wrong = united(vec![account, schema("Account", &[("Name", Kind::Int)])]).unwrap_err();
        assert!(
            wrong.text().starts_with("error: Account.Name is xsd:string in one WSDL and xsd:int in another")
        );
    }

    #[test]
    fn a_reason_is_the_first_line_of_the_reply() {
        let line = |body: &[u8]| first_line(body, |line| line.replace("opensesame", "*"));
        assert_eq!(line(b"\r\n  no such deal \r\nat line 3"), ": no such deal");
        assert_eq!(line(b""), "");
        assert_eq!(line("é".repeat(900).as_bytes()).chars().count(), 202);
        let at_the_cut = format!("{}opensesame", "a".repeat(195));
        assert!(line(at_the_cut.as_bytes()).ends_with("aa*"));
    }
}
