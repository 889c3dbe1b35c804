//! The message of rows of the queue, as it is sent and as the status page shows it.

use crate::change;
use crate::ids::NOTIFICATION;
use crate::plan::Plan;
use crate::rehearsal::{Fault, Faults};
use crate::setup::Setup;
use crate::shared::Shared;
use crate::store::Due;
use sf_outbound::{Notification, Notifications, Record, Unknown};

/// Why a row is not sent whose record is of another object than its outbound message.
pub(crate) const ASTRAY: &str = "the outbound message was pointed at another object";

/// Whether a row's record is of another object than its outbound message, which then can't tell of it.
pub(crate) fn is_astray(setup: &Setup, lane: usize, row: &Due) -> bool {
    // 0 is a record that was deleted before a file said of which object it was.
    row.object != 0 && row.object != setup.objects[setup.messages[lane].object].number
}

/// The bytes of the message, with the records as the rows have them; a record that was deleted has no data.
pub(crate) fn message(shared: &Shared, lane: usize, plan: &Plan) -> Vec<u8> {
    let mut body = Vec::with_capacity(1 << 10);
    notifications(shared, lane, plan).encode(&mut body);
    body
}

fn notifications(shared: &Shared, lane: usize, plan: &Plan) -> Notifications<Record> {
    let setup = &shared.setup;
    let message = &setup.messages[lane];
    let object = &setup.objects[message.object];
    let organization_id = setup.organization_id.to_18();
    let organization_15 = organization_id.as_str().get(..15).unwrap_or_default().to_owned();
    let url = |flavour: char| {
        let (host, version) = (&shared.host, setup.api_version);
        Some(format!("https://{host}/services/Soap/{flavour}/{version}.0/{organization_15}"))
    };
    let is_drifted = plan.ahead.has(Faults::of(Fault::UnknownFields));
    let record = |(row, emptied): (&Due, &bool)| {
        let fields = row.fields.as_ref().filter(|_| !emptied)?;
        let values = change::values(setup, object, row.record, fields);
        let (schema, unknown) = &message.drifted;
        let mut record = if is_drifted { schema } else { &message.schema }.record(values.id()?);
        for field in &message.message.fields {
            record.set(field, values.get(field).cloned());
        }
        if is_drifted {
            record.set(unknown, Some("rehearsed".into()));
        }
        Some(record)
    };
    let notification = |(row, emptied): (&Due, &bool)| Notification {
        id: setup.ids.id(NOTIFICATION, row.qid),
        sobject: record((row, emptied)),
    };
    Notifications {
        organization_id,
        action_id: message.message.action_id.to_18(),
        session_id: None,
        enterprise_url: url('c'),
        partner_url: url('u'),
        notifications: plan.rows.iter().zip(&plan.emptied).map(notification).collect(),
        unknown: Unknown::default(),
    }
}
