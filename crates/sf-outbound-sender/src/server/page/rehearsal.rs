//! What is rehearsed, as switches.

use super::frame;
use super::view::{Page, Parameters, error_page};
use crate::error::{self, Error};
use crate::fault::Fault;
use crate::rehearsal::{Rehearsal, percent};
use axum::Form;
use axum::extract::{Query, State as Of};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

pub(super) async fn show(Of(page): Of<Page>, Query(query): Query<Parameters>) -> Response {
    page.show(move |page| {
        let rehearsal = page.state.operator.rehearsal();
        let content = html! {
            (frame::notice(&query))
            p { "Faults of networks and of Salesforce, as often as you choose. They begin with the next message." }
            p {
                @if rehearsal.is_nothing() { (frame::state(frame::Mark::Idle, "Nothing is rehearsed")) }
                @else { (frame::state(frame::Mark::Busy, "Rehearsing")) " " code { (rehearsal.to_string()) } }
            }
            (form(&rehearsal))
        };
        Ok(frame::page(page, "/rehearsal", "Rehearsal", &content))
    })
    .await
}

fn form(rehearsal: &Rehearsal) -> Markup {
    html! {
        form class="switches" method="post" action="/rehearsal" {
            @for fault in Fault::ALL {
                @let id = format!("fault-{fault}");
                div {
                    label for=(id) { (fault.name()) }
                    span class="rate" {
                        input id=(id) name=(fault.name()) value=(percent(rehearsal.rate(*fault)).trim_end_matches('%'))
                            inputmode="decimal" autocomplete="off" aria-describedby=(format!("{id}-help"));
                        " %"
                    }
                    p class="hint" id=(format!("{id}-help")) { (fault.help()) }
                }
            }
            div {
                label for="seed" { "seed" }
                input id="seed" name="seed" value=(rehearsal.seed()) inputmode="numeric" autocomplete="off" aria-describedby="seed-help";
                p class="hint" id="seed-help" { "the same seed chooses the same again" }
            }
            div class="buttons" {
                button class="main" id="rehearse" { "Rehearse" }
                button id="stop" name="stop" value="1" { "Rehearse nothing" }
            }
        }
    }
}

pub(super) async fn set(Of(page): Of<Page>, Form(form): Form<Parameters>) -> Response {
    let rehearsal = if form.contains_key("stop") { Ok(Rehearsal::default()) } else { read(&form) };
    match rehearsal {
        Ok(rehearsal) => {
            page.state.operator.rehearse(rehearsal);
            Redirect::to("/rehearsal?done=rehearsing").into_response()
        }
        Err(error) => error_page(&error),
    }
}

/// **Errors.** One of the form: a rate that is none.
fn read(form: &Parameters) -> Result<Rehearsal, Error> {
    let wrong = |what: &str| Error::new(error::ARGUMENT, what);
    let mut rehearsal = Rehearsal::default();
    for fault in Fault::ALL {
        let text = form.get(fault.name()).map(|text| text.trim()).unwrap_or_default();
        let rate: f64 = if text.is_empty() { Ok(0.0) } else { text.parse() }.unwrap_or(f64::NAN);
        if !(0.0..=100.0).contains(&rate) {
            return Err(wrong("a rate is a number from 0 to 100").of_field(fault.name()));
        }
        rehearsal = rehearsal.with(*fault, rate / 100.0);
    }
    let seed = form.get("seed").map(|text| text.trim()).filter(|text| !text.is_empty());
    match seed.unwrap_or("0").parse() {
        Ok(seed) => Ok(rehearsal.with_seed(seed)),
        Err(_) => Err(wrong("the seed is a whole number").of_field("seed")),
    }
}
