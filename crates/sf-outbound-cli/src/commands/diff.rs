//! `diff`: what changed between two descriptions of an outbound message, and what it breaks.

use crate::args::{Diff, Format};
use crate::description::Description;
use crate::files::{Failure, count, print};
use serde_json::{Value, json};
use sf_outbound_build::{CodeBreak, CodeNames, Options, breaks};
use sf_outbound_wsdl::{Change, ChangeKind, Fact, Report, Side, diff};
use std::fmt::Write;

pub(crate) fn run(arguments: &Diff) -> Result<(), Failure> {
    let options = &arguments.generator.options;
    let object = arguments.object.as_deref();
    let old = Description::read(&arguments.old, options, object)?;
    let new = Description::read(&arguments.new, options, object)?;
    let message = arguments.message.as_deref();
    let drift = Drift::new(&old, &new, message, options)?;
    match arguments.format {
        Format::Text => print(drift.text())?,
        Format::Json => print(format_args!("{:#}\n", drift.json()))?,
    }
    if drift.breaking() == 0 { Ok(()) } else { Err(Failure::Wrong(String::new())) }
}

/// All that is shown.
struct Drift<'d> {
    old: Shown<'d>,
    new: Shown<'d>,
    /// Each change with what it breaks of code.
    changes: Vec<(Change, Vec<CodeBreak>)>,
}

struct Shown<'d> {
    file: &'d str,
    side: Side<'d>,
}

impl<'d> Drift<'d> {
    fn new(
        old: &'d Description,
        new: &'d Description,
        message: Option<&str>,
        options: &Options,
    ) -> Result<Self, Failure> {
        let names = |side, report: &Report| {
            CodeNames::new(side, options).map_err(|diagnostics| Report { diagnostics, ..report.clone() })
        };
        let (old_side, new_side) = (old.side(message, new)?, new.side(message, old)?);
        let (old_names, new_names) = (names(old_side, old.report())?, names(new_side, new.report())?);
        let changes = diff(old_side, new_side);
        let breaks = breaks(&old_names, &new_names, &changes);
        Ok(Self {
            old: Shown { file: &old.report().file, side: old_side },
            new: Shown { file: &new.report().file, side: new_side },
            changes: changes.into_iter().zip(breaks).collect(),
        })
    }

    fn breaking(&self) -> usize {
        self.changes.iter().filter(|(change, code)| change.refused.is_some() || !code.is_empty()).count()
    }

    /// What only one side says, or neither.
    fn not_compared(&self) -> Vec<&'static str> {
        let parts: &[_] = match (self.old.side, self.new.side) {
            (Side::Wsdl(_), Side::Wsdl(_)) => &[],
            (Side::Metadata(_), Side::Metadata(_)) => &["types", "header"],
            _ => &["types", "header", "settings"],
        };
        let object = (!self.knows_objects()).then_some("object");
        object.into_iter().chain(parts.iter().copied()).collect()
    }

    fn knows_objects(&self) -> bool {
        let knows = |side| !matches!(side, Side::Metadata(message) if message.object.is_none());
        knows(self.old.side) && knows(self.new.side)
    }

    fn text(&self) -> String {
        let mut text = format!("old: {}\nnew: {}\n", self.old.title(), self.new.title());
        // Writing to a `String` can't fail.
        if !self.not_compared().is_empty() {
            let _ = writeln!(text, "not compared, as not both have them: {}", self.not_compared().join(", "));
        }
        if !self.knows_objects() {
            let _ = writeln!(
                text,
                "a metadata file outside a folder `workflows` does not say its object: name it with --object"
            );
        }
        for (change, code) in &self.changes {
            let _ = writeln!(text, "\n{}", title(change));
            let places = [(self.old.file, &change.old), (self.new.file, &change.new)];
            for (file, fact) in places {
                if let Some(place) = fact.as_ref().and_then(|fact| fact.place) {
                    let _ = writeln!(text, "  {file}:{}:{}", place.line, place.column);
                }
            }
            for found in code {
                let silently = if found.compiles { ", which still compiles" } else { "" };
                let _ = writeln!(text, "  breaks code{silently}: `{}` {}", found.name, found.became);
            }
            let _ = match (&change.refused, change.note) {
                (Some(refused), _) => {
                    writeln!(text, "  breaks at run time: a listener built for the old one refuses {refused}")
                }
                (None, Some(note)) if code.is_empty() => writeln!(text, "  safe: {note}"),
                (None, Some(note)) => writeln!(text, "  at run time: {note}"),
                (None, None) if code.is_empty() => {
                    writeln!(text, "  safe: a listener built for the old one reads every value")
                }
                (None, None) => {
                    writeln!(text, "  at run time: a listener built for the old one reads every value")
                }
            };
        }
        let changes = count(self.changes.len(), "change");
        let _ = writeln!(text, "\n{changes}, {} breaking", self.breaking());
        text
    }

    fn json(&self) -> Value {
        let changes: Vec<_> = self.changes.iter().map(|(change, code)| change_json(change, code)).collect();
        json!({
            "version": 1,
            "old": self.old.json(),
            "new": self.new.json(),
            "notCompared": self.not_compared(),
            "breaking": self.breaking() > 0,
            "changes": changes,
        })
    }
}

impl Shown<'_> {
    fn title(&self) -> String {
        match self.side {
            Side::Wsdl(_) => self.file.to_owned(),
            Side::Metadata(message) => format!("{}, {}", self.file, message.full_name.text),
        }
    }

    fn json(&self) -> Value {
        let (kind, message) = match self.side {
            Side::Wsdl(_) => ("wsdl", None),
            Side::Metadata(message) => ("metadata", Some(&message.full_name.text)),
        };
        json!({ "file": self.file, "kind": kind, "message": message })
    }
}

fn title(change: &Change) -> String {
    let name = &change.name;
    let [old, new] =
        [&change.old, &change.new].map(|fact| fact.as_ref().map_or("nothing", |fact| &fact.text));
    let typed = |text: &str| if text == name { String::new() } else { format!(", {text}") };
    match change.kind {
        ChangeKind::FieldAdded => format!("{name} added{}", typed(new)),
        ChangeKind::FieldRemoved => format!("{name} removed"),
        ChangeKind::FieldType => format!("{name} retyped from {old} to {new}"),
        ChangeKind::FieldPresence => format!("{name} changed from {old} to {new}"),
        ChangeKind::FieldOrder => format!("{name} moved"),
        ChangeKind::HeaderAdded => format!("header element {name} added, {new}"),
        ChangeKind::HeaderRemoved => format!("header element {name} removed"),
        ChangeKind::HeaderChanged => format!("header element {name} changed from {old} to {new}"),
        ChangeKind::HeaderOrder => format!("header elements moved from {old} to {new}"),
        ChangeKind::PortType => format!("port type changed from {old} to {new}"),
        ChangeKind::SoapAction => format!("SOAP action changed from {old} to {new}"),
        kind => format!("{} changed from {old} to {new}", kind.keyword()),
    }
}

fn change_json(change: &Change, code: &[CodeBreak]) -> Value {
    let fact = |fact: &Option<Fact>| {
        fact.as_ref().map(|fact| {
            let (line, column) = fact.place.map(|place| (place.line, place.column)).unzip();
            json!({ "text": fact.text, "line": line, "column": column })
        })
    };
    let code: Vec<_> = code
        .iter()
        .map(|found| json!({ "name": found.name, "became": found.became, "compiles": found.compiles }))
        .collect();
    json!({
        "kind": change.kind.keyword(),
        "name": change.name,
        "old": fact(&change.old),
        "new": fact(&change.new),
        "breaksCode": code,
        "breaksRunTime": change.refused,
        "note": change.note,
    })
}
