//! Takes the Salesforce outbound message on {{object}}.

use sf_outbound::{Ack, Call, Failure, Id};

use {{module}}::{NotificationServer, NotificationService};

{{door-module}}
/// What is done with messages: this is where your code goes.
pub struct Listener;

impl NotificationService<{{module}}::{{type}}> for Listener {
    async fn notifications(&self, call: Call<{{module}}::{{type}}>) -> Result<Ack, Failure> {
        for notification in &call.message.notifications {
            // A notification that comes again has the same id.
            match &notification.sobject {
                Some(record) => println!("{}: {} changed", notification.id, record.id),
                None => println!("{}: deleted before delivery", notification.id),
            }
        }
        // Salesforce forgets the message now, so all of it has to be safe.
        Ok(Ack::Accepted)
    }
}

/// The server of the message. It accepts these organizations and no other, or any where none is named.
pub fn server(organizations: &[Id]) -> NotificationServer {
    let mut server = NotificationServer::new(Listener);
    for id in organizations {
        server = server.organization(*id);
    }
    server
}
