//! Small plots as SVG. Each has a sentence that says what it shows.

use super::text::grouped;
use maud::{Markup, html};
use std::fmt::Write;

/// Height of a plot in its own units; a step is 10 wide.
const HEIGHT: i64 = 100;

/// The words around a plot.
///
/// # Example
///
/// ```
/// use sf_outbound_page::plot::{Figure, bars, line};
///
/// let sent = Figure {
///     id: "sent",
///     name: "Sent",
///     words: "In the last hour: 5 delivered, 1 refused.",
///     ends: ["09:00", "10:00"],
/// };
/// let drawn = bars(&sent, &[(2, 0), (3, 1), (0, 0)]).into_string();
/// assert_eq!(drawn.matches("<rect").count(), 3);
/// let queue = Figure { id: "queue", name: "Queue", words: "At most 7 waiting.", ends: ["09:00", "10:00"] };
/// assert!(line(&queue, &[7, 2, 0]).into_string().contains("aria-label=\"Queue. At most 7 waiting.\""));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Figure<'f> {
    /// An id, unique on the page.
    pub id: &'f str,
    /// Its name.
    pub name: &'f str,
    /// A sentence that says what it shows; screen readers read it instead of the drawing.
    pub words: &'f str,
    /// The labels below its first and its last step.
    pub ends: [&'f str; 2],
}

impl Figure<'_> {
    /// Labels are outside the drawing, so that they keep their size.
    fn around(&self, most: i64, steps: usize, drawing: &Markup) -> Markup {
        let Self { id, name, words, ends: [first, last] } = self;
        html! {
            figure id=(id) {
                figcaption { b { (name) } " " span { (words) } }
                div class="plot" {
                    span class="most" aria-hidden="true" { (grouped(most)) }
                    svg role="img" aria-label=(format!("{name}. {words}"))
                        viewBox=(format!("0 0 {} {HEIGHT}", steps * 10)) preserveAspectRatio="none" {
                        (drawing)
                    }
                }
                p class="ends" aria-hidden="true" { span { (first) } span { (last) } }
            }
        }
    }
}

/// Bars: each step is how many succeeded and how many failed; failures are hatched. [`Figure`] has an example.
#[must_use]
pub fn bars(figure: &Figure<'_>, steps: &[(i64, i64)]) -> Markup {
    let most = steps.iter().map(|(good, bad)| good.saturating_add(*bad)).max().unwrap_or(0);
    let hatch = format!("{}-hatch", figure.id);
    let fill = format!("url(#{hatch})");
    let drawing = html! {
        defs {
            pattern id=(hatch) width="6" height="6" patternUnits="userSpaceOnUse" {
                path class="hatch" d="M0 6 L6 0" {}
            }
        }
        @for (x, (good, bad)) in (0..).step_by(10).zip(steps) {
            @let (good, bad) = (height(*good, most), height(*bad, most));
            @if good > 0 {
                rect class="good" x=(x + 1) y=(HEIGHT - good) width="8" height=(good) {}
            }
            @if bad > 0 {
                rect class="bad" fill=(fill) x=(x + 1) y=((HEIGHT - good - bad).max(0)) width="8" height=(bad) {}
            }
        }
    };
    figure.around(most, steps.len(), &drawing)
}

/// A line in steps, with the area below it filled. [`Figure`] has an example.
#[must_use]
pub fn line(figure: &Figure<'_>, steps: &[i64]) -> Markup {
    let most = steps.iter().copied().max().unwrap_or(0);
    let mut path = String::new();
    for (x, value) in (0..).step_by(10).zip(steps) {
        let y = HEIGHT - height(*value, most);
        // Writing to a string does not fail.
        let _ = write!(path, "{}{x} {y} H{}", if x == 0 { "M" } else { " L" }, x + 10);
    }
    let drawing = html! {
        @if !path.is_empty() {
            path class="area" d=(format!("{path} V{HEIGHT} H0 Z")) {}
            path class="line" d=(path) {}
        }
    };
    figure.around(most, steps.len(), &drawing)
}

/// The height of a value; at least 2 unless the value is 0, so that it can be seen.
fn height(value: i64, most: i64) -> i64 {
    if value <= 0 { 0 } else { (value.saturating_mul(HEIGHT) / most.max(1)).max(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURE: Figure<'_> = Figure { id: "x", name: "Sent", words: "5 sent.", ends: ["a", "b"] };

    #[test]
    fn what_is_there_is_seen_and_what_is_not_leaves_nothing() {
        let drawn = bars(&FIGURE, &[(1, 0), (0, 0), (999, 1)]).into_string();
        let drawn: Vec<_> =
            drawn.split("<rect").skip(1).map(|rect| rect.split('>').next().unwrap()).collect();
        assert_eq!(
            drawn,
            [
                " class=\"good\" x=\"1\" y=\"98\" width=\"8\" height=\"2\"",
                " class=\"good\" x=\"21\" y=\"1\" width=\"8\" height=\"99\"",
                " class=\"bad\" fill=\"url(#x-hatch)\" x=\"21\" y=\"0\" width=\"8\" height=\"2\"",
            ]
        );
        let none =
            [bars(&FIGURE, &[]), line(&FIGURE, &[]), bars(&FIGURE, &[(0, 0)])].map(Markup::into_string);
        assert!(
            none.iter().all(|none| !none.contains("<rect") && !none.contains("class=\"line\"")),
            "{none:?}"
        );
        let huge = bars(&FIGURE, &[(i64::MAX, i64::MAX), (-1, i64::MIN)]).into_string();
        assert_eq!(huge.matches("<rect").count(), 2, "{huge}");
    }

    #[test]
    fn a_line_goes_on_in_steps() {
        let drawn = line(&FIGURE, &[4, 0, 2]).into_string();
        assert!(drawn.contains("class=\"line\" d=\"M0 0 H10 L10 100 H20 L20 50 H30\""), "{drawn}");
        assert!(drawn.contains("<span class=\"most\" aria-hidden=\"true\">4</span>"), "{drawn}");
    }
}
