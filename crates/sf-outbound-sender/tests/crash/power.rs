//! Simulated power cuts: all writes and syncs of the file are recorded, and disks are made of what may have arrived.

use super::common::{Behaviour, Endpoint, definition};
use super::process::{answered, process};
use sf_outbound_crash::{Process, Ran, Recorder, Recording, runs};
use sf_outbound_sender::{ManualClock, Org};
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) fn a_power_cut_loses_nothing_that_was_answered() -> Ran {
    let (cuts, seed) = runs(60);
    let operations = if cuts > 60 { 2_000 } else { 300 };
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().unwrap();
    let recorder = match Recorder::build(folder.path()) {
        Ok(recorder) => recorder,
        Err(why) => return Ran::Skipped(why),
    };
    let full = lost(&recorder, "FULL", operations, cuts, &mut random);
    assert_eq!(full, 0, "of {cuts} power cuts {full} lost what was answered");
    // The control: without a sync for each commit the same check must find losses.
    let normal = lost(&recorder, "NORMAL", operations, cuts, &mut random);
    assert!(normal > 0, "the check finds nothing even where commits are not synced");
    Ran::Passed(format!("{cuts} cuts, {full} of them lost something, {normal} did with synchronous=NORMAL"))
}

/// Of how many cuts something was lost.
fn lost(
    recorder: &Recorder,
    synchronous: &str,
    operations: u64,
    cuts: u32,
    random: &mut fastrand::Rng,
) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let log = folder.path().join("log");
    let endpoint = Endpoint::always(Behaviour::Ack);
    let mut command = process(&disk.join("org.db"), &endpoint.url(), operations, synchronous);
    recorder.record(&mut command, &disk, &log);
    let lines = Process::start(&mut command).rest();
    let recording = Recording::read(&log);
    assert_eq!(recording.lines(recording.len()).count(), lines.lines().count());
    assert_eq!(lines.lines().count() as u64, operations);
    assert!(recording.syncs() > 5, "{} syncs were seen", recording.syncs());
    (0..cuts)
        .filter(|_| {
            let cut = random.usize(..=recording.len());
            let seed = random.u64(..);
            let after = tempfile::tempdir().unwrap();
            recording.cut(cut, &mut fastrand::Rng::with_seed(seed), after.path());
            match check(&recording, cut, after.path()) {
                Ok(()) => false,
                Err(what) => {
                    if synchronous == "FULL" {
                        println!("cut at {cut} of {}, seed {seed}: {what}", recording.len());
                    }
                    true
                }
            }
        })
        .count()
}

fn check(recording: &Recording, cut: usize, disk: &Path) -> Result<(), String> {
    let file = disk.join("org.db");
    let answered = answered(recording.lines(cut));
    // Nobody listens: what waits stays.
    let org = Org::builder(definition("http://127.0.0.1:1/")).file(&file).clock(ManualClock::default());
    let org = org.start().map_err(|error| format!("the file can't be opened: {error}"))?;
    org.settle().map_err(|error| error.to_string())?;
    let waiting = org.waiting("Won", 1_000_000).map_err(|error| error.to_string())?;
    let gone = org.departures(None, 1_000_000).map_err(|error| error.to_string())?;
    let queued: BTreeSet<_> =
        waiting.iter().map(|row| row.record).chain(gone.iter().map(|row| row.record)).collect();
    for (id, name) in &answered {
        let id = id.parse().map_err(|_| format!("{id} is no id"))?;
        let values = org.read("Opportunity", id).map_err(|error| format!("{id}: {error}"))?;
        let kept = values.get("Name").map(|name| name.as_value().to_string()).unwrap_or_default();
        if kept < *name {
            return Err(format!("{id} was answered at {name} and is {kept}"));
        }
        if !queued.contains(&id) {
            return Err(format!("nothing is queued of {id}"));
        }
    }
    org.stop();
    let sound = rusqlite::Connection::open(&file)
        .and_then(|file| file.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)));
    match sound.as_deref() {
        Ok("ok") => Ok(()),
        other => Err(format!("{other:?}")),
    }
}
