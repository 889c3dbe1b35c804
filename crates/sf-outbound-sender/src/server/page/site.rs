//! What all pages of an organization have in common.

use sf_outbound_page::Site;

/// Navigation, brand and hints.
pub(super) const SITE: Site = Site {
    brand: "sf-outbound",
    places: &[
        ("/", "Delivery"),
        ("/messages", "Outbound messages"),
        ("/records", "Records"),
        ("/rehearsal", "Rehearsal"),
    ],
    foot: "Times are UTC, by the organization's clock.",
    token: "The value that SF_OUTBOUND_TOKEN had when the organization was started.",
};
