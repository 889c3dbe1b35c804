//! Two processes and a file.
//!
//! The other process is this test's own binary again, with its work in the environment.

mod common;

use common::{LONG, WORDS, count, file, insert};
use sf_outbound_store::rusqlite::Connection;
use sf_outbound_store::{Database, Schema, Trouble};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const WORK: &str = "STORE_WORK";

/// The words, and how often each was met: an upgrade that can be done once only.
const SECOND: Schema = Schema {
    tables: &[
        "CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 1) STRICT;",
    ],
    upgrades: &["ALTER TABLE word ADD COLUMN met INTEGER NOT NULL DEFAULT 1;"],
    ..WORDS
};

/// What another process does with `words.db` in the folder where it is started. Without an order it passes at once.
#[test]
fn another_process() {
    match env::var(WORK).as_deref() {
        Ok("hold") => hold(),
        Ok("race") => race(),
        Ok("names") => names(),
        _ => {}
    }
}

/// Opens the file, says so, and closes it when it hears of it.
fn hold() {
    let database = Database::open("words.db", &WORDS).unwrap();
    database.write(|connection| insert(connection, "held")).unwrap();
    println!("\nopen");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Brings the file up to date, or waits for another one that does, and adds a word.
fn race() {
    let end = Instant::now() + LONG;
    let database = loop {
        match Database::open("words.db", &SECOND) {
            Err(Trouble::Taken(_)) if Instant::now() < end => {}
            opened => break opened.unwrap(),
        }
    };
    database.write(|connection| insert(connection, "raced")).unwrap();
}

/// Works in another folder than that where it opened the file, and gives a file a name that SQLite understands otherwise.
fn names() {
    let database = Database::open("words.db", &WORDS).unwrap();
    database.write(|connection| insert(connection, "one")).unwrap();
    fs::create_dir("sub").unwrap();
    env::set_current_dir("sub").unwrap();
    assert_eq!(database.read(count), Ok(1));
    if cfg!(unix) {
        let named = Database::open(":memory:", &WORDS).unwrap();
        named.write(|connection| insert(connection, "two")).unwrap();
        assert_eq!(named.read(count), Ok(1));
        drop(named);
        assert!(fs::exists(":memory:").unwrap());
    }
}

/// A process that is ended when its test fails.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    fn start(work: &str, folder: &Path) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "another_process", "--nocapture"]).env(WORK, work).current_dir(folder);
        Self(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// One that has opened the file.
    fn that_holds(folder: &Path) -> Self {
        let mut process = Self::start("hold", folder);
        let mut stdout = BufReader::new(process.0.stdout.take().unwrap());
        let mut line = String::new();
        while line != "open\n" {
            line.clear();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "it has not opened the file");
        }
        process.0.stdout = Some(stdout.into_inner());
        process
    }

    /// Waits for its end.
    fn succeeds(mut self) {
        drop(self.0.stdin.take());
        let mut said = String::new();
        if let Some(mut stdout) = self.0.stdout.take() {
            stdout.read_to_string(&mut said).unwrap();
        }
        assert!(self.0.wait().unwrap().success(), "{said}");
    }
}

#[test]
fn one_process_opens_a_file_by_whatever_name() {
    let (path, folder) = file();
    let process = Process::that_holds(folder.path());
    let mut names = vec![path.clone()];
    #[cfg(unix)]
    {
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        names.push(link);
    }
    for name in &names {
        assert_eq!(Database::open(name, &WORDS).err(), Some(Trouble::Taken(name.clone())));
    }
    // Others can look at the file, write to it and back it up.
    let other = Connection::open(&path).unwrap();
    assert_eq!(count(&other), Ok(1));
    insert(&other, "of others").unwrap();
    let copy = folder.path().join("copy.db");
    other.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    assert_eq!(Database::open(&copy, &WORDS).unwrap().read(count), Ok(2));
    process.succeeds();
    for name in &names {
        assert_eq!(Database::open(name, &WORDS).unwrap().read(count), Ok(2));
    }
}

#[test]
fn a_process_that_was_killed_keeps_nobody_out_and_what_it_wrote_is_there() {
    let (path, folder) = file();
    for lives in 1..=3 {
        let mut process = Process::that_holds(folder.path());
        process.0.kill().unwrap();
        process.0.wait().unwrap();
        assert_eq!(Database::open(&path, &WORDS).unwrap().read(count), Ok(lives));
    }
}

#[test]
fn of_processes_that_open_an_old_file_one_brings_it_up_to_date() {
    let (path, folder) = file();
    drop(Database::open(&path, &WORDS).unwrap());
    let processes: Vec<_> = (0..6).map(|_| Process::start("race", folder.path())).collect();
    for process in processes {
        process.succeeds();
    }
    let database = Database::open(&path, &SECOND).unwrap();
    assert_eq!(database.read(count), Ok(6));
}

#[test]
fn of_processes_that_make_a_file_one_makes_its_tables() {
    let (path, folder) = file();
    let processes: Vec<_> = (0..6).map(|_| Process::start("race", folder.path())).collect();
    for process in processes {
        process.succeeds();
    }
    assert_eq!(Database::open(&path, &SECOND).unwrap().read(count), Ok(6));
}

#[test]
fn a_name_is_that_of_a_file_wherever_the_process_works() {
    let (path, folder) = file();
    Process::start("names", folder.path()).succeeds();
    assert_eq!(Database::open(&path, &WORDS).unwrap().read(count), Ok(1));
}
