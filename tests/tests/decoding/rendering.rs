//! A message, or why it is refused, as text: the same for generated types and for records of a schema.

use sf_outbound::{Error, Id, Kind, Notifications, Value};
use std::fmt::Write;

/// A record of any type: its object's API name, its id, and its fields.
pub(crate) type Shown<'r> = (String, Id, Vec<(String, Kind, Value<'r>)>);

/// The whole of it.
pub(crate) fn rendering<T>(read: &Result<Notifications<T>, Error>, shown: fn(&T) -> Shown<'_>) -> String {
    let message = match read {
        Ok(message) => message,
        Err(error) => return format!("refused: {error}\n"),
    };
    let mut text = format!(
        "OrganizationId  {}\nActionId        {}\nSessionId       {:?}\nEnterpriseUrl   {:?}\nPartnerUrl      {:?}\n",
        message.organization_id,
        message.action_id,
        message.session_id,
        message.enterprise_url,
        message.partner_url,
    );
    let unknown = &message.unknown;
    // Writing to a `String` can't fail.
    let _ = writeln!(text, "unknown         {} {}", unknown.elements, unknown.names.join(" "));
    for notification in &message.notifications {
        let _ = writeln!(text, "\nNotification {}", notification.id);
        let Some(record) = &notification.sobject else {
            text += "  deleted\n";
            continue;
        };
        let (object, id, fields) = shown(record);
        let _ = writeln!(text, "  {object} {id}");
        for (name, kind, value) in fields {
            let _ = writeln!(text, "    {name} {} {}", kind.xsd_name(), spelled(kind, &value));
        }
    }
    text
}

/// A value as it stands on the wire; texts are quoted, and a decimal, which is a `String` to a generated type, is not.
fn spelled(kind: Kind, value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Text(text) if kind != Kind::Decimal => format!("{text:?}"),
        value => value.to_string(),
    }
}
