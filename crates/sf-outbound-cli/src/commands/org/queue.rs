//! `org status`, `waiting`, `failed`, `retry`, `delete`: what an administrator has in Setup.

use super::client::Client;
use crate::args::Format;
use crate::args::org::{Delete, Failed, List, Retry, Status, Waiting};
use crate::files::{Failure, count, print};
use serde_json::Value;
use std::fmt::Write;

pub(super) fn status(arguments: &Status) -> Result<(), Failure> {
    let status = Client::new(&arguments.org)?.queue("GET", &["status"])?;
    match arguments.format {
        Format::Json => print(format_args!("{status:#}\n")),
        Format::Text => print(shown(&status)),
    }
}

fn shown(status: &Value) -> String {
    let mut text =
        format!("Organization  {}\nTime          {}\n", word(status, "organizationId"), word(status, "now"));
    // Writing to a `String` can't fail.
    if let Some(trouble) = status["trouble"].as_str() {
        let _ = writeln!(text, "Trouble       {trouble}");
    }
    if let Some(rehearsal) = status["rehearsal"].as_str() {
        let _ = writeln!(text, "Rehearsal     {rehearsal}");
    }
    for message in entries(&status["messages"]) {
        let due = message["due"].as_str().map(|due| format!(", next try {due}")).unwrap_or_default();
        let _ = write!(
            text,
            "\n{} of {} to {}\n  {} waiting{due}\n  {} failed\n",
            word(message, "name"),
            word(message, "object"),
            word(message, "endpoint"),
            message["waiting"],
            message["failed"],
        );
        let last = &message["last"];
        if last.is_object() {
            let sent = count(number(last, "notifications"), "notification");
            let outcome =
                last["reason"].as_str().map_or("delivered".to_owned(), |why| format!("not delivered: {why}"));
            let _ = writeln!(text, "  last {}: {sent} {outcome}", word(last, "at"));
        }
    }
    text
}

pub(super) fn waiting(arguments: &Waiting) -> Result<(), Failure> {
    list(&arguments.list, Client::waiting, |entry| format!("next {}", word(entry, "due")))
}

pub(super) fn failed(arguments: &Failed) -> Result<(), Failure> {
    list(&arguments.list, Client::failed, |entry| word(entry, "reason").to_owned())
}

/// A list of the queue, each line with what is said last.
fn list(
    arguments: &List,
    ask: fn(&Client, &str) -> Result<Vec<Value>, Failure>,
    last: impl Fn(&Value) -> String,
) -> Result<(), Failure> {
    let client = Client::new(&arguments.org)?;
    let names = if let Some(name) = &arguments.name {
        vec![name.clone()]
    } else {
        let status = client.queue("GET", &["status"])?;
        entries(&status["messages"]).iter().map(|message| word(message, "name").to_owned()).collect()
    };
    let mut listed = Vec::new();
    for name in names {
        listed.extend(ask(&client, &name)?);
    }
    if arguments.format == Format::Json {
        return print(format_args!("{:#}\n", Value::Array(listed)));
    }
    let mut text = String::new();
    for entry in &listed {
        let [id, message, record, queued] = ["id", "message", "record", "queued"].map(|key| word(entry, key));
        let tries = count(number(entry, "tries"), "try").replace("trys", "tries");
        let _ = writeln!(text, "{id} {message} {record}: {tries} since {queued}: {}", last(entry));
    }
    print(text)
}

pub(super) fn retry(arguments: &Retry) -> Result<(), Failure> {
    let client = Client::new(&arguments.org)?;
    if let Some(name) = &arguments.failed {
        let retried = client.queue("POST", &["messages", name, "retry"])?;
        print(format_args!("{}\n", count(number(&retried, "retried"), "notification")))?;
    }
    each(&arguments.ids, |id| client.queue("POST", &["notifications", id, "retry"]))
}

pub(super) fn delete(arguments: &Delete) -> Result<(), Failure> {
    let client = Client::new(&arguments.org)?;
    each(&arguments.ids, |id| client.queue("DELETE", &["notifications", id]))
}

fn each(ids: &[String], act: impl Fn(&str) -> Result<Value, Failure>) -> Result<(), Failure> {
    ids.iter().try_for_each(|id| act(id).map(drop))
}

fn entries(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word<'v>(entry: &'v Value, key: &str) -> &'v str {
    entry[key].as_str().unwrap_or_default()
}

fn number(entry: &Value, key: &str) -> usize {
    entry[key].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
}
