//! The one function that makes a message of rows of the queue, for the wire and for whoever wants to see it before.

use super::hooks::Handling;
use crate::ids::NOTIFICATION;
use crate::setup::Setup;
use crate::store::{Due, Row};
use sf_outbound::{Notification, Notifications, Record};

/// Why a row is not sent whose record is of another object than its outbound message.
pub(crate) const ASTRAY: &str = "the outbound message was pointed at another object";

/// Whether a row's record is of another object than its outbound message, which then can't tell of it.
pub(crate) fn is_astray(setup: &Setup, lane: usize, row: &Row) -> bool {
    // 0 is a record that was deleted before a file said of which object it was.
    row.object != 0 && row.object != setup.objects[setup.messages[lane].object].number
}

/// The bytes of the message, with the records as the rows have them; a record that was deleted has no data. `host` is that
/// of the URLs in it.
pub(crate) fn message(
    setup: &Setup,
    host: &str,
    lane: usize,
    rows: &[Due],
    handling: Option<&dyn Handling>,
) -> Vec<u8> {
    let message = &setup.messages[lane];
    let object = &setup.objects[message.object];
    let organization_id = setup.organization_id.to_18();
    let organization_15 = organization_id.as_str().get(..15).unwrap_or_default().to_owned();
    let url = |flavour: char| {
        let version = setup.api_version;
        Some(format!("https://{host}/services/Soap/{flavour}/{version}.0/{organization_15}"))
    };
    let record = |due: &Due| {
        let values = setup.values(object, due.row.record, due.fields.as_ref()?);
        let (schema, id) = (&message.schema, values.id()?);
        let mut record = handling.map_or_else(|| schema.record(id), |handling| handling.record(schema, id));
        for field in &message.message.fields {
            record.set(field, values.get(field).cloned());
        }
        Some(record)
    };
    let notification = |due: &Due| Notification::new(setup.ids.id(NOTIFICATION, due.row.qid), record(due));
    let mut message = Notifications::<Record>::new(organization_id, message.message.action_id.to_18());
    (message.enterprise_url, message.partner_url) = (url('c'), url('u'));
    message.notifications.extend(rows.iter().map(notification));
    let mut body = Vec::with_capacity(1 << 10);
    message.encode(&mut body);
    body
}
