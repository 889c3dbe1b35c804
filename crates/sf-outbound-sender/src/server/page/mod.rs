//! The status page: what an administrator has in Setup, as pages that need no script.
//!
//! What every page has around it, and what pages are made of, is `sf_outbound_page`'s. Markup is made by `maud`, which
//! escapes each value where it stands; nothing here goes around that. Pages ask the operator and the records, and know
//! neither SQL nor a rule.

mod actions;
mod delivery;
mod filter;
mod frame;
mod messages;
mod notification;
mod plot;
mod records;
mod rehearsal;
mod site;
mod view;

use crate::server::state::State;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use sf_outbound_page::{Demand, Live, Refusal, Routes};
use site::SITE;
use tokio::sync::watch;
use view::Page;
pub(super) use view::error_page;

/// Adds the pages to the server's routes.
pub(super) fn routes(routes: Routes, state: &State, end: watch::Receiver<()>) -> Routes {
    let pages = [
        ("/", get(delivery::show)),
        ("/queue/delete", get(actions::confirm).post(actions::delete)),
        ("/queue/retry", post(actions::retry)),
        ("/notifications/{id}", get(notification::show)),
        ("/notifications/{id}/message.xml", get(notification::download)),
        ("/notifications/{id}/retry", post(actions::retry_one)),
        ("/notifications/{id}/delete", post(actions::delete_one)),
        ("/messages", get(messages::list)),
        ("/messages/{name}", get(messages::show)),
        ("/messages/{name}/wsdl", get(messages::wsdl)),
        ("/records", get(records::objects)),
        ("/records/{object}", get(records::list).post(records::create)),
        ("/records/{object}/new", get(records::new)),
        ("/records/{object}/{id}", get(records::show).post(records::save)),
        ("/records/{object}/{id}/delete", post(records::delete)),
        ("/rehearsal", get(rehearsal::show).post(rehearsal::set)),
    ];
    let pages = pages.map(|(path, methods)| (path, Demand::Session, methods));
    let operator = state.operator.clone();
    let live = Live::new(move || operator.changes(), end);
    let refuse = |refusal: Refusal, method: &Method| SITE.refuse(refusal, method, refused);
    SITE.routes(routes.pages(&Page { state: state.clone() }, refuse, pages), &state.door, live, refused)
}

fn refused(refusal: Refusal) -> Response {
    error_page(&refusal.into())
}
