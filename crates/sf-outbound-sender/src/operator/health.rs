//! How each endpoint fares, and what was sent of late.

use super::desk::Operator;
use super::listing::{Filter, Listed, Place};
use crate::error::Error;
use crate::setup::{MessageSetup, Setup};
use crate::store::{Beat, Health, QueueCount, Tx};

/// Messages by which an endpoint's health is judged.
const JUDGED: usize = 100;

/// The state of an outbound message.
#[derive(Debug)]
pub(crate) struct Fare {
    pub(crate) count: QueueCount,
    pub(crate) health: Health,
    /// When the last message was sent, and why it was not delivered; `None` inside where it was.
    pub(crate) last: Option<(i64, Option<String>)>,
}

/// All of it at one moment.
#[derive(Debug)]
pub(crate) struct Overview {
    /// In the order of the set-up.
    pub(crate) fares: Vec<Fare>,
    pub(crate) beats: Vec<Beat>,
    /// One for each filter.
    pub(crate) lists: Vec<Listed>,
}

impl Operator {
    /// How each outbound message fares, in the order of the set-up.
    pub(crate) fn fares(&self) -> Result<Vec<Fare>, Error> {
        self.shared.read(|shared, tx| fares(&shared.setup, tx))
    }

    /// How each fares, what was sent since a minute, and up to `limit` notifications of each filter after its place.
    pub(crate) fn overview(
        &self,
        since: i64,
        filters: Vec<(Filter, Place)>,
        limit: usize,
    ) -> Result<Overview, Error> {
        self.shared.read(move |shared, tx| {
            let setup = &shared.setup;
            let lists = filters.iter().map(|(filter, after)| filter.list(setup, tx, *after, limit));
            let lists = lists.collect::<Result<_, _>>()?;
            Ok(Overview { fares: fares(setup, tx)?, beats: tx.beats(since)?, lists })
        })
    }
}

fn fares(setup: &Setup, tx: &Tx<'_>) -> Result<Vec<Fare>, Error> {
    let fare = |message: &MessageSetup| {
        let last = tx.attempts(message.number, 1)?.pop();
        Ok(Fare {
            count: tx.count(message.number)?,
            health: tx.health(message.number, JUDGED)?,
            last: last.map(|attempt| (attempt.at, attempt.reason)),
        })
    };
    setup.messages.iter().map(fare).collect()
}
