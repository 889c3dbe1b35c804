//! Salesforce's own API: records by REST, and the ways in which its clients log in.

mod composite;
mod describe;
mod login;
mod query;
mod sobjects;

use super::state::State;
use axum::routing::{get, patch, post};
use sf_outbound_page::{Demand, Route};

pub(super) fn routes() -> [Route<State>; 15] {
    let object = get(sobjects::read).patch(sobjects::update).delete(sobjects::delete);
    let by_external_id = get(sobjects::read_external).patch(sobjects::upsert);
    let many = post(composite::create).patch(composite::update).delete(composite::delete);
    [
        ("/services/data", Demand::Nothing, get(describe::versions)),
        ("/services/data/{version}", Demand::Bearer, get(describe::resources)),
        ("/services/data/{version}/sobjects", Demand::Bearer, get(describe::objects)),
        (
            "/services/data/{version}/sobjects/{object}",
            Demand::Bearer,
            get(describe::object).post(sobjects::create),
        ),
        ("/services/data/{version}/sobjects/{object}/describe", Demand::Bearer, get(describe::fields)),
        ("/services/data/{version}/sobjects/{object}/{id}", Demand::Bearer, object),
        (
            "/services/data/{version}/sobjects/{object}/{field}/{value}",
            Demand::Bearer,
            by_external_id.delete(sobjects::delete_external),
        ),
        ("/services/data/{version}/composite/sobjects", Demand::Bearer, many),
        (
            "/services/data/{version}/composite/sobjects/{object}/{field}",
            Demand::Bearer,
            patch(composite::upsert),
        ),
        ("/services/data/{version}/query", Demand::Bearer, get(query::query)),
        ("/services/data/{version}/query/{locator}", Demand::Bearer, get(query::more)),
        ("/services/oauth2/token", Demand::Nothing, post(login::token)),
        ("/services/oauth2/userinfo", Demand::Bearer, get(login::identity)),
        ("/id/{organization}/{user}", Demand::Bearer, get(login::identity)),
        ("/services/Soap/{flavour}/{version}", Demand::Nothing, post(login::soap)),
    ]
}
