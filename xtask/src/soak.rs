//! `soak`: what is asked in large numbers, a part at a time.
//!
//! Each verb has a goal. A call does parts of it for some minutes, writes a line for each part that held to
//! `target/soak/VERB.tsv`, and the next call goes on behind the last one:
//!
//! ```text
//! commit   seed  from     count   seconds  figures
//! 1a2b3c4  1     0        250000  38       250000 documents, 162310 sound
//! 1a2b3c4  1     250000   250000  37       250000 documents, 162877 sound
//! ```

mod mutants;
mod part;
mod parts;

use crate::repository::root;
use part::{Part, folder};
use std::fmt::{self, Write as _};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// The longest that one call goes on; a part that is running then is finished.
const MOST_MINUTES: u64 = 30;

/// Something that is done in large numbers.
struct Verb {
    name: &'static str,
    /// What it counts.
    unit: &'static str,
    goal: u64,
    /// How many a part has.
    part: u64,
    about: &'static str,
    /// Does a part, and says its figures as `12 kills, 34 records`.
    run: fn(&Part) -> Result<String, String>,
}

const VERBS: [Verb; 10] = [
    Verb {
        name: "grammar",
        unit: "documents",
        goal: 100_000_000,
        part: 1_000_000,
        about: "documents by the grammar of XML, judged and read in three ways; one in eight in every way",
        run: parts::grammar,
    },
    Verb {
        name: "mutations",
        unit: "mutations",
        goal: 3_000_000,
        part: 100_000,
        about: "mutations of the seeds of every fuzz target, in turn",
        run: parts::mutations,
    },
    Verb {
        name: "fuzz",
        unit: "seconds",
        goal: 7_200,
        part: 60,
        about: "cargo-fuzz on every target, in turn; needs a nightly compiler and cargo-fuzz",
        run: parts::fuzz,
    },
    Verb {
        name: "kills",
        unit: "kills",
        goal: 200,
        part: 25,
        about: "an organization is killed under load, and nothing is lost",
        run: parts::kills,
    },
    Verb {
        name: "inbox",
        unit: "kills",
        goal: 200,
        part: 25,
        about: "a listener with an inbox is killed under every fault, nothing is lost and nothing happens twice",
        run: parts::inbox,
    },
    Verb {
        name: "inbox-model",
        unit: "searches",
        goal: 1,
        part: 1,
        about: "every state of Salesforce and an inbox with two changes of a record, millions of them",
        run: parts::inbox_model,
    },
    Verb {
        name: "inbox-power",
        unit: "cuts",
        goal: 1_000,
        part: 100,
        about: "the power of an inbox's disk is cut, and nothing is lost that was acknowledged",
        run: parts::inbox_power,
    },
    Verb {
        name: "power",
        unit: "cuts",
        goal: 1_000,
        part: 100,
        about: "the power of an organization's disk is cut, and nothing is lost that was answered",
        run: parts::power,
    },
    Verb {
        name: "model",
        unit: "runs",
        goal: 1_000,
        part: 50,
        about: "random lives of an organization against a plain model, without and with every fault",
        run: parts::model,
    },
    Verb {
        name: "mutants",
        unit: "mutants",
        goal: u64::MAX,
        part: mutants::PART,
        about: "changes of the runtime that its own tests must notice, by cargo-mutants",
        run: mutants::run,
    },
];

/// A line of the file: a part that held.
struct Held {
    commit: String,
    seed: u64,
    end: u64,
    seconds: u64,
    figures: String,
}

pub(crate) fn run(options: &[&str]) -> Result<(), String> {
    let [name, options @ ..] = options else {
        print!("{}", overview());
        return Ok(());
    };
    let verb = VERBS.iter().find(|verb| verb.name == *name);
    let verb = verb.ok_or_else(|| format!("nothing soaks as `{name}`\n\n{}", overview()))?;
    let (mut minutes, mut seed, mut goal) = (10, 1, goal(verb)?);
    for pair in options.chunks(2) {
        let [option, value] = pair else { return Err(format!("`{}` lacks a value", pair[0])) };
        let number: u64 = value.parse().map_err(|_| format!("`{value}` is no number"))?;
        match *option {
            "--minutes" if (1..=MOST_MINUTES).contains(&number) => minutes = number,
            "--minutes" => return Err(format!("one call goes on for 1 to {MOST_MINUTES} minutes")),
            "--seed" => seed = number,
            "--goal" => goal = number,
            _ => return Err(format!("unknown option `{option}`; there are --minutes, --seed and --goal")),
        }
    }
    soak(verb, seed, goal, Duration::from_secs(minutes * 60))
}

fn soak(verb: &Verb, seed: u64, goal: u64, time: Duration) -> Result<(), String> {
    let started = Instant::now();
    let mut from = held(verb).iter().filter(|held| held.seed == seed).map(|held| held.end).max().unwrap_or(0);
    while from < goal && started.elapsed() < time {
        let part = Part { seed, from, count: verb.part.min(goal - from) };
        let begun = Instant::now();
        let figures = (verb.run)(&part).map_err(|error| {
            let Verb { name, unit, .. } = verb;
            format!(
                "{error}\nxtask: soak {name}, seed {seed}: the fault is among the {unit} {from} to {}",
                from + part.count
            )
        })?;
        let line = [
            commit(),
            seed.to_string(),
            from.to_string(),
            part.count.to_string(),
            begun.elapsed().as_secs().to_string(),
            figures,
        ];
        from += part.count;
        println!("xtask: soak {}, {from} of {goal} {}: {}", verb.name, verb.unit, line[5]);
        let file = fs::OpenOptions::new().create(true).append(true).open(file(verb)?);
        let written = file.and_then(|mut file| writeln!(file, "{}", line.join("\t")));
        written.map_err(|error| format!("the figures can't be written: {error}"))?;
    }
    print!("{}", overview());
    Ok(())
}

/// How many there are to do, where that isn't known beforehand.
fn goal(verb: &Verb) -> Result<u64, String> {
    if verb.goal == u64::MAX { mutants::total() } else { Ok(verb.goal) }
}

fn file(verb: &Verb) -> Result<PathBuf, String> {
    fs::create_dir_all(folder()).map_err(|error| format!("{}: {error}", folder().display()))?;
    Ok(folder().join(verb.name).with_extension("tsv"))
}

fn commit() -> String {
    let git = |arguments: &[&str]| Command::new("git").args(arguments).current_dir(root()).output().ok();
    let head = git(&["rev-parse", "--short", "HEAD"]).map(|output| output.stdout).unwrap_or_default();
    let changed = git(&["status", "--porcelain"]).is_none_or(|output| !output.stdout.is_empty());
    format!("{}{}", String::from_utf8_lossy(&head).trim(), if changed { "+" } else { "" })
}

/// The parts that were done, the first one first.
fn held(verb: &Verb) -> Vec<Held> {
    let text = file(verb).and_then(|file| fs::read_to_string(file).map_err(|error| error.to_string()));
    let line = |line: &str| {
        let mut cells = line.split('\t');
        let commit = cells.next()?.to_owned();
        let mut number = || cells.next()?.parse::<u64>().ok();
        let (seed, from, count, seconds) = (number()?, number()?, number()?, number()?);
        Some(Held { commit, seed, end: from + count, seconds, figures: cells.next()?.to_owned() })
    };
    text.unwrap_or_default().lines().filter_map(line).collect()
}

/// Each verb, and what was done of it, by seed and commit.
fn overview() -> String {
    let mut text = String::from("cargo xtask soak VERB [--minutes N] [--seed N] [--goal N]\n\n");
    for verb in &VERBS {
        let goal = if verb.goal == u64::MAX { "all".to_owned() } else { verb.goal.to_string() };
        let _ = writeln!(text, "{:11} {goal} {}: {}", verb.name, verb.unit, verb.about);
        for sum in sums(&held(verb)) {
            let _ = writeln!(text, "{:11}   {sum}", "");
        }
    }
    text
}

/// The parts of one commit and seed together.
struct Sum<'h> {
    commit: &'h str,
    seed: u64,
    seconds: u64,
    /// Each number and what it counts.
    figures: Vec<(u64, &'h str)>,
}

impl<'h> Sum<'h> {
    fn add(&mut self, part: &'h Held) {
        self.seconds += part.seconds;
        for figure in part.figures.split(", ") {
            let (number, what) = figure.split_once(' ').unwrap_or(("0", figure));
            let number: u64 = number.parse().unwrap_or(0);
            match self.figures.iter_mut().find(|known| known.1 == what) {
                Some(known) => known.0 += number,
                None => self.figures.push((number, what)),
            }
        }
    }
}

impl fmt::Display for Sum<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures: Vec<_> = self.figures.iter().map(|(number, what)| format!("{number} {what}")).collect();
        write!(f, "at {}, seed {}, {} s: {}", self.commit, self.seed, self.seconds, figures.join(", "))
    }
}

fn sums(held: &[Held]) -> Vec<Sum<'_>> {
    let mut sums: Vec<Sum<'_>> = Vec::new();
    for part in held {
        let known = sums.iter().position(|sum| (sum.commit, sum.seed) == (&part.commit, part.seed));
        let index = known.unwrap_or(sums.len());
        if known.is_none() {
            sums.push(Sum { commit: &part.commit, seed: part.seed, seconds: 0, figures: Vec::new() });
        }
        sums[index].add(part);
    }
    sums
}
