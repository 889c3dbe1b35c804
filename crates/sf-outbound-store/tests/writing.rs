//! What writes: together, after each other, and what one that fails leaves to the others.

mod common;

use common::{LONG, beside, count, file, in_memory, insert};
use sf_outbound_store::rusqlite::Connection;
use sf_outbound_store::{Database, Trouble, savepoint};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

fn words(database: &Database) -> i64 {
    database.read(count).unwrap()
}

/// The database in memory and one in a file; what is said of one is true of both.
fn both() -> ([Database; 2], tempfile::TempDir) {
    let (path, folder) = file();
    ([in_memory(), Database::open(path, &common::WORDS).unwrap()], folder)
}

#[test]
fn what_a_full_disk_refuses_is_not_done_and_the_rest_goes_on() {
    let (databases, _folder) = both();
    for database in databases {
        let limit = |pages: u32| {
            let limit = move |connection: &Connection| {
                Ok::<_, Trouble>(connection.pragma_update(None, "max_page_count", pages)?)
            };
            database.write(limit).unwrap();
        };
        limit(40);
        let insert = || database.write(|connection| insert(connection, &"x".repeat(3_000)));
        let (mut done, mut refused) = (0, 0);
        std::thread::scope(|scope| {
            let work = || (0..50).map(|_| insert()).partition::<Vec<_>, _>(Result::is_ok);
            for worker in [scope.spawn(work), scope.spawn(work), scope.spawn(work)] {
                let (ok, err) = worker.join().unwrap();
                (done, refused) = (done + ok.len(), refused + err.len());
                for error in err {
                    let trouble = error.unwrap_err();
                    let is_full = trouble == Trouble::Failed("database or disk is full".to_owned());
                    assert!(is_full || trouble == Trouble::RolledBack, "{trouble}");
                }
            }
        });
        assert!(done > 5 && refused > 50, "{done} done and {refused} refused");
        assert_eq!(usize::try_from(words(&database)).unwrap(), done);
        limit(1_000_000);
        insert().unwrap();
        assert_eq!(usize::try_from(words(&database)).unwrap(), done + 1);
    }
}

#[test]
fn an_operation_that_goes_on_when_the_disk_is_full_writes_nothing() {
    let (databases, _folder) = both();
    for database in databases {
        let done: Result<(), Trouble> = database.write(|connection| {
            connection.pragma_update(None, "max_page_count", 10)?;
            let mut is_full = false;
            while !is_full {
                is_full = insert(connection, &"x".repeat(3_000)).is_err();
            }
            // SQLite has rolled back, and without more ado would commit each of these alone.
            connection.pragma_update(None, "max_page_count", 1_000_000)?;
            for _ in 0..3 {
                drop(insert(connection, "alone"));
            }
            Ok(())
        });
        assert_eq!(done, Err(Trouble::RolledBack));
        assert_eq!(words(&database), 0);
        database.write(|connection| insert(connection, "next")).unwrap();
        assert_eq!(words(&database), 1);
    }
}

#[test]
fn an_operation_that_is_refused_leaves_nothing_and_its_neighbours_stay() {
    let (databases, _folder) = both();
    for database in databases {
        let good = || database.write(|connection| insert(connection, "good"));
        good().unwrap();
        let bad: Result<(), _> = database.write(|connection| {
            insert(connection, "bad")?;
            savepoint(connection, || insert(connection, "worse").and(Err(Trouble::RolledBack)))
        });
        assert_eq!(bad, Err(Trouble::RolledBack));
        good().unwrap();
        assert_eq!(words(&database), 2);
        database.close();
        assert_eq!(good(), Err(Trouble::Closed));
    }
}

#[test]
fn a_part_that_fails_or_panics_is_undone_and_its_operation_goes_on() {
    let (databases, _folder) = both();
    for database in databases {
        let write = |connection: &Connection| {
            insert(connection, "one")?;
            let failed: Result<(), _> = savepoint(connection, || {
                insert(connection, "two")?;
                savepoint(connection, || insert(connection, "three"))?;
                Err(Trouble::Closed)
            });
            assert_eq!(failed, Err(Trouble::Closed));
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                savepoint::<(), Trouble>(connection, || {
                    insert(connection, "four")?;
                    panic!("within a part");
                })
            }));
            assert!(panicked.is_err());
            savepoint(connection, || insert(connection, "five"))?;
            count(connection)
        };
        assert_eq!(database.write(write), Ok(2));
        assert_eq!(words(&database), 2);
    }
}

#[test]
fn a_panic_reaches_whoever_asked_and_nobody_else() {
    let (databases, _folder) = both();
    for database in databases {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            database.write::<(), Trouble>(|connection| {
                insert(connection, "gone")?;
                panic!("of an operation");
            })
        }));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"of an operation"));
        let panicked =
            catch_unwind(AssertUnwindSafe(|| database.read::<(), Trouble>(|_| panic!("of a read"))));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"of a read"));
        database.write(|connection| insert(connection, "next")).unwrap();
        assert_eq!(words(&database), 1);
    }
}

/// What is there to be had with a connection in one's hand, and would take others of the same commit along.
#[test]
fn an_operation_that_ends_the_transaction_itself_is_undone() {
    let (databases, _folder) = both();
    for database in databases {
        for sql in [
            "COMMIT",
            "ROLLBACK",
            "ROLLBACK; INSERT INTO word(text) VALUES ('alone')",
            "ROLLBACK; BEGIN; INSERT INTO word(text) VALUES ('alone')",
            "ROLLBACK; BEGIN IMMEDIATE; INSERT INTO word(text) VALUES ('alone'); COMMIT",
            "RELEASE \"sf-outbound-store\"",
        ] {
            let done: Result<(), Trouble> = database.write(move |connection| {
                insert(connection, "before")?;
                // Whatever it says: an operation that does not care is the worst one.
                drop(connection.execute_batch(sql));
                drop(insert(connection, "after"));
                Ok(())
            });
            assert!(done.is_err(), "{sql}");
            assert_eq!(words(&database), 0, "{sql}");
        }
        database.write(|connection| insert(connection, "next")).unwrap();
        assert_eq!(words(&database), 1);
    }
}

#[test]
fn an_operation_cannot_wait_for_another_one() {
    let database = Arc::new(in_memory());
    let (sender, refused) = mpsc::channel();
    let (outer, inner) = (Arc::clone(&database), Arc::clone(&database));
    beside(move || sender.send(outer.write(move |_| Ok::<_, Trouble>(inner.write(|_| Ok(2))))).unwrap());
    let why = "an operation can't wait for another one of the same database";
    assert_eq!(refused.recv_timeout(LONG), Ok(Ok(Err(Trouble::Failed(why.to_owned())))));
    // Nor does one that has the last reference wait for its own end.
    let (sender, dropped) = mpsc::channel();
    beside(move || {
        let last = Arc::clone(&database);
        let weak = Arc::downgrade(&database);
        let done: Result<(), Trouble> = weak.upgrade().unwrap().write(move |_| {
            drop(last);
            Ok(())
        });
        drop(database);
        sender.send(done).unwrap();
    });
    assert_eq!(dropped.recv_timeout(LONG), Ok(Ok(())));
}

#[test]
fn operations_that_wait_share_a_commit() {
    const OPERATIONS: usize = 40;
    let (path, _folder) = file();
    let database = Arc::new(Database::open(path, &common::WORDS).unwrap());
    let (begun, begins) = mpsc::channel();
    let (going, go) = mpsc::channel::<()>();
    let first = Arc::clone(&database);
    let first = beside(move || {
        first.write(move |connection| {
            begun.send(()).unwrap();
            go.recv_timeout(LONG).unwrap();
            insert(connection, "first")
        })
    });
    begins.recv_timeout(LONG).unwrap();
    // Since the last commit the same number is seen by all of a transaction.
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let others: Vec<_> = (0..OPERATIONS)
        .map(|_| {
            let (database, seen) = (Arc::clone(&database), Arc::clone(&seen));
            beside(move || {
                let within = Arc::clone(&database);
                database.write(move |connection| {
                    seen.lock().unwrap().insert(within.changes());
                    insert(connection, "another")
                })
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(500));
    going.send(()).unwrap();
    first.join().unwrap().unwrap();
    for other in others {
        other.join().unwrap().unwrap();
    }
    let commits = seen.lock().unwrap().len();
    assert!(commits < OPERATIONS / 2, "{commits} commits for {OPERATIONS} operations");
    assert_eq!(usize::try_from(words(&database)).unwrap(), 1 + OPERATIONS);
}

#[test]
fn nobody_is_answered_before_the_commit() {
    let (path, _folder) = file();
    let database = Arc::new(Database::open(&path, &common::WORDS).unwrap());
    let other = Connection::open(&path).unwrap();
    // Whether the two share a commit is a matter of luck, of which there is much.
    let have_shared = (0..50).any(|number| {
        let before = count(&other).unwrap();
        let (begun, begins) = mpsc::channel();
        let (going, go) = mpsc::channel::<()>();
        let write = |wait: bool, begun: mpsc::Sender<()>, go: Option<mpsc::Receiver<()>>| {
            let database = Arc::clone(&database);
            let (sender, answer) = mpsc::channel();
            beside(move || {
                let done = database.write(move |connection| {
                    insert(connection, "one")?;
                    begun.send(()).unwrap();
                    if wait {
                        std::thread::sleep(Duration::from_millis(20 * (number + 1)));
                    }
                    if let Some(go) = go {
                        go.recv_timeout(LONG).unwrap();
                    }
                    Ok::<_, Trouble>(())
                });
                sender.send(done).unwrap();
            });
            answer
        };
        let first = write(true, begun.clone(), None);
        begins.recv_timeout(LONG).unwrap();
        let second = write(false, begun, Some(go));
        begins.recv_timeout(LONG).unwrap();
        // The second one runs, and waits for us.
        let is_answered = first.recv_timeout(Duration::from_millis(100)).is_ok();
        let is_there = count(&other).unwrap() > before;
        assert!(is_there || !is_answered, "it was answered and is not there");
        going.send(()).unwrap();
        second.recv_timeout(LONG).unwrap().unwrap();
        if !is_answered {
            first.recv_timeout(LONG).unwrap().unwrap();
        }
        assert_eq!(count(&other).unwrap(), before + 2);
        !is_there
    });
    assert!(have_shared, "no two operations have shared a commit");
}

#[test]
fn a_write_waits_for_another_program_that_writes_and_a_read_does_not() {
    let (path, _folder) = file();
    let database = Database::open(&path, &common::WORDS).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (sender, answered) = mpsc::channel();
    std::thread::scope(|scope| {
        let database = &database;
        scope.spawn(move || {
            let write = |connection: &Connection| {
                // What has read before the other one's commit could not write after it.
                count(connection)?;
                insert(connection, "one")
            };
            sender.send(database.write(write)).unwrap();
        });
        assert!(answered.recv_timeout(Duration::from_millis(100)).is_err(), "it was written meanwhile");
        assert_eq!(words(database), 0);
        insert(&other, "of others").unwrap();
        other.execute_batch("COMMIT").unwrap();
        answered.recv_timeout(LONG).unwrap().unwrap();
    });
    assert_eq!(words(&database), 2);
}

#[test]
fn a_write_that_waits_too_long_is_told_so_and_the_next_one_is_done() {
    let (path, _folder) = file();
    let database = Database::open(&path, &common::WORDS).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(database.write(|connection| insert(connection, "one")), Err(Trouble::Busy));
    other.execute_batch("COMMIT").unwrap();
    database.write(|connection| insert(connection, "two")).unwrap();
    assert_eq!(words(&database), 1);
}

#[test]
fn the_number_of_changes_is_another_after_each_change_and_no_other_time() {
    let database = in_memory();
    let before = database.changes();
    words(&database);
    database.write(|_| Ok::<_, Trouble>(())).unwrap();
    assert_eq!(database.changes(), before);
    database.write(|connection| insert(connection, "one")).unwrap();
    assert_ne!(database.changes(), before);
}

#[test]
fn after_a_crash_what_was_answered_is_there_and_what_was_not_is_gone() {
    let (path, _folder) = file();
    let database = Arc::new(Database::open(&path, &common::WORDS).unwrap());
    database.write(|connection| insert(connection, "answered")).unwrap();
    let (begun, begins) = mpsc::channel();
    let (going, go) = mpsc::channel::<()>();
    let writing = Arc::clone(&database);
    let lost = beside(move || {
        writing.write(move |connection| {
            insert(connection, "lost")?;
            begun.send(()).unwrap();
            go.recv_timeout(LONG).unwrap();
            Ok::<_, Trouble>(())
        })
    });
    begins.recv_timeout(LONG).unwrap();
    let crashing = Arc::clone(&database);
    let crash = beside(move || crashing.crash());
    // Until the crash has begun nothing may end.
    while database.read(count).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    going.send(()).unwrap();
    assert_eq!(lost.join().unwrap(), Err(Trouble::Closed));
    crash.join().unwrap();
    let database = Database::open(&path, &common::WORDS).unwrap();
    assert_eq!(words(&database), 1);
}

/// What is submitted is done in its order and answered after its commit; a panic is an answer too.
#[test]
fn what_is_submitted_is_answered_after_its_commit_and_holds_up_nobody() {
    let (databases, _folder) = both();
    for database in databases {
        let (sender, answers) = mpsc::channel();
        for number in 0..500 {
            let sender = sender.clone();
            let operation = move |connection: &Connection| {
                assert_ne!(number, 250, "of this operation alone");
                insert(connection, &number.to_string())
            };
            let answer = move |done: Result<_, Trouble>| drop(sender.send((number, done.map(drop))));
            database.submit(operation, answer).unwrap();
        }
        let answers: Vec<_> = answers.iter().take(500).collect();
        assert!(
            answers.iter().map(|answer| answer.0).eq(0..500),
            "in the order in which they were submitted"
        );
        for (number, done) in answers {
            assert_eq!(done, if number == 250 { Err(Trouble::Panicked) } else { Ok(()) });
        }
        assert_eq!(words(&database), 499);
        database.close();
        assert_eq!(database.submit(|_| Ok::<_, Trouble>(()), |_| {}), Err(Trouble::Closed));
    }
}
