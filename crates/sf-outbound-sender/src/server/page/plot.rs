//! What was sent over time, and how long the queue was: small plots, with their figures beside them.

use super::frame;
use crate::operator::{Fare, Filter};
use crate::store::Beat;
use maud::{Markup, html};
use sf_outbound::jiff::Timestamp;
use sf_outbound_page::plot::{Figure, bars, line};
use sf_outbound_page::text::{count, grouped};
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000;
/// Steps of a plot.
const STEPS: i64 = 60;

/// How far back a plot reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Window {
    Hour,
    Day,
}

impl Window {
    pub(super) fn of(text: Option<&String>) -> Self {
        if text.is_some_and(|text| text == "day") { Self::Day } else { Self::Hour }
    }

    /// Minutes of a step.
    fn step(self) -> i64 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Hour => "the last hour",
            Self::Day => "the last 24 hours",
        }
    }

    /// The first step that is shown.
    fn first(self, now: i64) -> i64 {
        now.div_euclid(MINUTE * self.step()) - STEPS + 1
    }

    /// The minute from which on beats are needed: as far back again, for how long the queue was before.
    pub(super) fn since(self, now: i64) -> i64 {
        (self.first(now) - STEPS) * self.step()
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Step {
    delivered: i64,
    refused: i64,
    /// The most that waited.
    waiting: i64,
}

/// The steps of a window. Between messages that waits which waited after the last one.
fn steps(beats: &[Beat], waiting_now: i64, now: i64, window: Window) -> Vec<Step> {
    let first = window.first(now);
    let mut steps = vec![Step::default(); usize::try_from(STEPS).unwrap_or_default()];
    let mut waiting: BTreeMap<i64, i64> = BTreeMap::new();
    let mut beats = beats.iter().peekable();
    let place_of = |beat: &Beat| beat.minute.div_euclid(window.step());
    while let Some(beat) = beats.next_if(|beat| place_of(beat) < first) {
        waiting.insert(beat.message, beat.waiting);
    }
    for (place, step) in (first..).zip(steps.iter_mut()) {
        step.waiting = waiting.values().sum();
        while let Some(minute) = beats.peek().filter(|beat| place_of(beat) == place).map(|beat| beat.minute) {
            let mut most = waiting.clone();
            while let Some(beat) = beats.next_if(|beat| beat.minute == minute) {
                step.delivered += beat.delivered;
                step.refused += beat.refused;
                most.insert(beat.message, beat.most);
                waiting.insert(beat.message, beat.waiting);
            }
            step.waiting = step.waiting.max(most.values().sum());
        }
    }
    if let Some(last) = steps.last_mut() {
        last.waiting = last.waiting.max(waiting_now);
    }
    steps
}

pub(super) fn plots(beats: &[Beat], fares: &[Fare], now: i64, window: Window, filter: &Filter) -> Markup {
    let waiting: u64 = fares.iter().map(|fare| fare.count.waiting).sum();
    let steps = steps(beats, i64::try_from(waiting).unwrap_or(i64::MAX), now, window);
    let sum = |value: fn(&Step) -> i64| steps.iter().map(value).sum::<i64>();
    let (delivered, refused) = (sum(|step| step.delivered), sum(|step| step.refused));
    let most_waiting = steps.iter().map(|step| step.waiting).max().unwrap_or(0);
    let sent = format!(
        "In {}: {} delivered, {} not acknowledged.",
        window.words(),
        count(delivered, "notification"),
        grouped(refused)
    );
    let queue = format!(
        "In {}: at most {} waiting, {} now.",
        window.words(),
        count(most_waiting, "notification"),
        grouped(waiting)
    );
    let choice = [("Hour", "", Window::Hour), ("Day", "day", Window::Day)].map(|(word, value, this)| {
        (word, format!("/{}", filter.query(&[("window", value)])), this == window)
    });
    let choice = choice.each_ref().map(|(word, address, is_it)| (*word, address.as_str(), *is_it));
    let ends = [window.first(now), window.first(now) + STEPS - 1].map(|step| moment(step, window));
    let ends = ends.each_ref().map(String::as_str);
    let outcomes: Vec<_> = steps.iter().map(|step| (step.delivered, step.refused)).collect();
    let lengths: Vec<_> = steps.iter().map(|step| step.waiting).collect();
    html! {
        div class="title" {
            h2 id="lately" { "Lately" }
            (frame::choice("Time of the plots", &choice))
        }
        div class="plots" {
            (bars(&Figure { id: "plot-sent", name: "Throughput", words: &sent, ends }, &outcomes))
            (line(&Figure { id: "plot-queue", name: "Queue", words: &queue, ends }, &lengths))
        }
        (figures(&steps, now, window))
    }
}

fn moment(step: i64, window: Window) -> String {
    let moment = Timestamp::from_millisecond(step * window.step() * MINUTE).unwrap_or_default();
    moment.strftime("%H:%M").to_string()
}

/// The plots as a table, of the steps in which something was sent.
fn figures(steps: &[Step], now: i64, window: Window) -> Markup {
    const COLUMNS: [&str; 4] = ["From", "Delivered", "Not acknowledged", "Waiting at most"];
    let first = window.first(now);
    let busy = (first..).zip(steps).filter(|(_, step)| step.delivered + step.refused > 0);
    let rows: Vec<_> = busy
        .map(|(place, step)| {
            let figures = [step.delivered, step.refused, step.waiting].map(grouped);
            let contents = std::iter::once(moment(place, window)).chain(figures);
            html! { @for (column, text) in COLUMNS.iter().zip(contents) { (frame::cell(column, &html! { (text) })) } }
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            details id="figures" {
                summary { "Figures" }
                (frame::table("Figures of the plots", &COLUMNS, &rows))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_as_long_as_the_most_that_waited() {
        let now = 1_000 * MINUTE;
        let beat = |minute, message, delivered, waiting, most| Beat {
            minute,
            message,
            delivered,
            refused: 1,
            waiting,
            most,
        };
        let beats = [
            beat(900, 1, 9, 5, 50),
            beat(950, 1, 2, 4, 6),
            beat(950, 2, 3, 7, 10),
            beat(960, 2, 3, 0, 7),
            beat(1_000, 1, 1, 3, 20),
        ];
        let steps = steps(&beats, 12, now, Window::Hour);
        let at = |minute: usize| steps[minute - 941];
        assert_eq!(steps.len(), 60);
        assert_eq!(at(941), Step { delivered: 0, refused: 0, waiting: 5 });
        assert_eq!(at(950), Step { delivered: 5, refused: 2, waiting: 16 });
        assert_eq!(at(951), Step { delivered: 0, refused: 0, waiting: 11 });
        assert_eq!(at(960), Step { delivered: 3, refused: 1, waiting: 11 });
        assert_eq!(at(999), Step { delivered: 0, refused: 0, waiting: 4 });
        assert_eq!(at(1_000), Step { delivered: 1, refused: 1, waiting: 20 });
    }
}
