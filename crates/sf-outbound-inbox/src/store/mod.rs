//! The tables of an inbox.
//!
//! ```text
//!                    ┌──────────── failed, tries are left ───────────┐
//!                    ▼                                               │
//!  stored ─► ready (due now or later) ─► handled in a transaction ───┼─► done ─► body pruned ─► key pruned
//!                    ▲ ▲      │   │                                  │
//!       closed, or   │ │      │   └────► leased ─► handled outside ──┤
//!       next start ──┼─┼──────┼──────────┘                           │
//!                    │ │      └─► no handler, or no type reads it    └─► dead
//!                    │ │                    │                             │
//!                    │ └─── next start ◄─ parked       retry ◄────────────┘
//! ```
//!
//! Every row is in one of these states, and each state is looked at by a query: ready and leased by the worker (a lease is
//! due when it expires), parked at the next start, done, dead and parked by pruning.

pub(crate) mod arrival;
pub(crate) mod prune;
pub(crate) mod queue;
pub(crate) mod settle;
mod text;

use sf_outbound_store::Schema;

/// Waits for a handler, or for its next try.
pub(crate) const READY: i64 = 0;
/// What its handler did is committed.
pub(crate) const DONE: i64 = 1;
/// Nobody tries it again unless asked to.
pub(crate) const DEAD: i64 = 2;
/// There is no handler for it, or its type can't be read by the handler's.
pub(crate) const PARKED: i64 = 3;

/// When something is due that waits behind another notification of its record.
pub(crate) const NEVER: i64 = i64::MAX;

pub(crate) const SCHEMA: Schema = Schema {
    application_id: *b"sfib",
    what: "an inbox of outbound messages",
    tables: &["
        -- Texts that stand in many rows: ids of organizations and actions, names of objects, URLs, declarations.
        CREATE TABLE text(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

        -- The object that an outbound message is about, as a notification without a record does not say it.
        CREATE TABLE action(id INTEGER PRIMARY KEY REFERENCES text, object INTEGER NOT NULL REFERENCES text) STRICT;

        CREATE TABLE notification(
            seq INTEGER PRIMARY KEY,        -- the order of arrival
            organization INTEGER NOT NULL,
            id TEXT NOT NULL,               -- the first 15 characters, which tell ids apart
            version INTEGER NOT NULL,       -- how the digest was made
            digest BLOB NOT NULL,
            action INTEGER NOT NULL,
            object INTEGER,
            record TEXT,                    -- the sObject's id, which orders by `modified`
            modified INTEGER NOT NULL,      -- or when it arrived, where the record does not say it
            state INTEGER NOT NULL,
            due INTEGER NOT NULL,           -- the next try, or when the lease expires; `NEVER` behind another of its record
            tries INTEGER NOT NULL,         -- that failed
            received INTEGER NOT NULL,
            settled INTEGER,                -- when it became done, dead or parked
            lease INTEGER,                  -- the token of the handler outside the transaction that has it
            UNIQUE(organization, id, version, digest)
        ) STRICT;
        CREATE INDEX due ON notification(object, due, seq) WHERE state = 0;
        -- One index a state, so that the many that are done cost nothing where those that wait are looked for.
        CREATE INDEX waiting ON notification(record, organization, modified) WHERE state = 0;
        CREATE INDEX done ON notification(record, organization, modified) WHERE state = 1;
        CREATE INDEX aside ON notification(record, organization, modified) WHERE state > 1;
        CREATE INDEX leased ON notification(record, organization) WHERE lease IS NOT NULL;

        -- Apart, for pruning a column of a row gives back nothing of the file.
        CREATE TABLE body(
            seq INTEGER PRIMARY KEY,
            xml TEXT,                       -- the element sObject, as it was sent
            scope INTEGER,                  -- the declarations that it needs
            enterprise INTEGER,
            partner INTEGER
        ) STRICT;

        CREATE TABLE failure(
            seq INTEGER PRIMARY KEY,
            reason TEXT NOT NULL,           -- of the last try
            fingerprint TEXT NOT NULL,      -- the reason without what differs from one notification to the next
            first INTEGER NOT NULL,
            last INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX fingerprint ON failure(fingerprint);
    "],
    upgrades: &[],
};
