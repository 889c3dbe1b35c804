//! A consumer of a generated crate that is under version control: `opportunity-message` beside this file.
//!
//! It was made by `sf-outbound generate opportunity.wsdl --crate opportunity-message`.

use opportunity_message::{NotificationService, Opportunity};
use sf_outbound::{Ack, Call, Failure, Id};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Adds up the amounts of opportunities; a clone adds to the same sum.
///
/// An amount is kept by the record's id, not counted by notification: one record can stand in several notifications,
/// and one notification can come twice.
#[derive(Debug, Clone, Default)]
pub struct Pipeline {
    amounts: Arc<Mutex<HashMap<Id, f64>>>,
}

impl Pipeline {
    /// The sum of all amounts.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.amounts.lock().map_or(0.0, |amounts| amounts.values().sum())
    }
}

impl NotificationService<Opportunity> for Pipeline {
    async fn notifications(&self, call: Call<Opportunity>) -> Result<Ack, Failure> {
        let records = call.message.notifications.into_iter().filter_map(|notification| notification.sobject);
        let mut amounts = self.amounts.lock().map_err(|_| "the pipeline is out of order")?;
        amounts.extend(records.filter_map(|opportunity| Some((opportunity.id, opportunity.amount?))));
        println!("{} opportunities with an amount so far", amounts.len());
        Ok(Ack::Accepted)
    }
}

#[cfg(doctest)]
#[doc = include_str!("../../../docs/GUIDE.md")]
mod guide {}
