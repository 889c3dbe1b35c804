//! `decode`: stored messages as text or JSON.

use crate::args::{Decode, Format};
use crate::files::{Failure, bytes, count, model, options, print, schema};
use sf_outbound::{Limits, Notifications, Record, Value};
use std::fmt::Write;
use std::path::Path;

pub(crate) fn run(arguments: &Decode) -> Result<(), Failure> {
    let (model, _) = model(&arguments.wsdl, &options(&arguments.types.mappings)?)?;
    let schema = schema(&model)?;
    let mut refused = String::new();
    for file in &arguments.messages {
        match schema.decode(&bytes(file)?, &Limits::default()) {
            Ok(message) => {
                tell_unknown(file, &message);
                match arguments.format {
                    Format::Text => print(text(&message))?,
                    Format::Json => print(json(&message)?)?,
                }
            }
            Err(error) => {
                let (line, column, code) = (error.line(), error.column(), error.code());
                let path =
                    if error.path().is_empty() { String::new() } else { format!(" in {}", error.path()) };
                let _ = writeln!(
                    refused,
                    "{}:{line}:{column}: error[{code}]: {}{path}",
                    file.display(),
                    error.message()
                );
            }
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Failure::Wrong(refused)) }
}

fn tell_unknown(file: &Path, message: &Notifications<Record>) {
    let unknown = &message.unknown;
    if unknown.elements > 0 {
        eprintln!(
            "{}: note: passed over {} that the WSDL does not know: {}",
            file.display(),
            count(unknown.elements, "element"),
            unknown.names.join(", ")
        );
    }
}

/// The message as one line.
pub(crate) fn json(message: &Notifications<Record>) -> Result<String, Failure> {
    let line = serde_json::to_string(message);
    line.map(|line| line + "\n").map_err(|error| Failure::Wrong(format!("error: {error}")))
}

fn text(message: &Notifications<Record>) -> String {
    let notifications = count(message.notifications.len(), "notification");
    let mut text =
        format!("Organization {}, action {}, {notifications}\n", message.organization_id, message.action_id);
    for notification in &message.notifications {
        // Writing to a `String` can't fail.
        let _ = match &notification.sobject {
            None => {
                writeln!(text, "\nNotification {}: the record was deleted before delivery", notification.id)
            }
            Some(record) => writeln!(
                text,
                "\nNotification {}: {} {}",
                notification.id,
                record.schema().table().object(),
                record.id()
            ),
        };
        let Some(record) = &notification.sobject else { continue };
        let width = record.fields().map(|field| field.0.len()).max().unwrap_or(0);
        for (name, _, value) in record.fields().filter(|field| field.2 != Value::Null) {
            let _ = match value {
                Value::Text(value) => writeln!(text, "  {name:width$}  {value:?}"),
                value => writeln!(text, "  {name:width$}  {value}"),
            };
        }
    }
    text
}
