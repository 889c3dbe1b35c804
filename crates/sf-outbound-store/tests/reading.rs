//! What reads: beside writes, in steps, more than there are connections.

mod common;

use common::{LONG, beside, count, file, in_memory, insert};
use sf_outbound_store::rusqlite::types::{ToSql, ToSqlOutput, Type};
use sf_outbound_store::rusqlite::{self, Connection, Row};
use sf_outbound_store::{Database, Trouble};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

fn in_file() -> (Arc<Database>, tempfile::TempDir) {
    let (path, folder) = file();
    (Arc::new(Database::open(path, &common::WORDS).unwrap()), folder)
}

#[test]
fn a_long_read_holds_up_no_write_and_the_next_one_sees_it() {
    let (database, _folder) = in_file();
    let (begun, begins) = mpsc::channel();
    let (answered, answers) = mpsc::channel();
    let reading = Arc::clone(&database);
    let long = beside(move || {
        reading.read(move |connection| {
            let before = count(connection)?;
            begun.send(()).unwrap();
            // Only after the write was answered does it go on.
            answers.recv_timeout(LONG).unwrap();
            Ok::<_, Trouble>((before, count(connection)?))
        })
    });
    begins.recv().unwrap();
    database.write(|connection| insert(connection, "one")).unwrap();
    assert_eq!(database.read(count).unwrap(), 1);
    answered.send(()).unwrap();
    // It saw one moment of the file.
    assert_eq!(long.join().unwrap().unwrap(), (0, 0));
}

#[test]
fn the_steps_of_a_long_read_of_a_file_see_one_moment() {
    let (database, _folder) = in_file();
    let (begun, begins) = mpsc::channel();
    let (answered, answers) = mpsc::channel();
    let reading = Arc::clone(&database);
    let long = beside(move || {
        let mut counts = Vec::new();
        reading.scan(move |connection| {
            counts.push(count(connection)?);
            begun.send(()).ok();
            if counts.len() == 3 {
                return Ok(ControlFlow::Break(counts.clone()));
            }
            answers.recv_timeout(LONG).unwrap();
            Ok::<_, Trouble>(ControlFlow::Continue(()))
        })
    });
    for _ in 0..2 {
        begins.recv().unwrap();
        database.write(|connection| insert(connection, "one")).unwrap();
        answered.send(()).unwrap();
    }
    assert_eq!(long.join().unwrap().unwrap(), [0, 0, 0]);
    assert_eq!(database.read(count).unwrap(), 2);
}

#[test]
fn in_memory_others_write_between_two_steps_of_a_long_read() {
    let database = Arc::new(in_memory());
    let is_answered = Arc::new(AtomicBool::new(false));
    let (begun, begins) = mpsc::channel();
    let (reading, seen) = (Arc::clone(&database), Arc::clone(&is_answered));
    let end = Instant::now() + LONG;
    let long = beside(move || {
        reading.scan(move |_| {
            begun.send(()).ok();
            let is_over = seen.load(Ordering::SeqCst) || Instant::now() > end;
            Ok::<_, Trouble>(if is_over {
                ControlFlow::Break(seen.load(Ordering::SeqCst))
            } else {
                ControlFlow::Continue(())
            })
        })
    });
    begins.recv().unwrap();
    database.write(|connection| insert(connection, "one")).unwrap();
    is_answered.store(true, Ordering::SeqCst);
    assert!(long.join().unwrap().unwrap(), "no write was answered while it read");
}

#[test]
fn more_read_than_there_are_connections_and_none_after_the_end() {
    let (database, _folder) = in_file();
    let readers: Vec<_> = (0..64)
        .map(|number| {
            let database = Arc::clone(&database);
            beside(move || {
                let read =
                    database.read(
                        move |connection| {
                            if number % 7 == 0 { Err(Trouble::Closed) } else { count(connection) }
                        },
                    );
                read.is_ok()
            })
        })
        .collect();
    let read = readers.into_iter().map(|reader| reader.join().unwrap());
    assert_eq!(read.filter(|is_ok| *is_ok).count(), 64 - 10);
    database.close();
    assert_eq!(database.read(count), Err(Trouble::Closed));
}

#[test]
fn sixteen_read_at_the_same_time_and_the_next_one_waits() {
    let (database, _folder) = in_file();
    let (begun, begins) = mpsc::channel();
    let (ending, end) = mpsc::channel::<()>();
    let end = Arc::new(Mutex::new(end));
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let (database, begun, end) = (Arc::clone(&database), begun.clone(), Arc::clone(&end));
            beside(move || {
                database.read(move |connection| {
                    begun.send(()).unwrap();
                    end.lock().unwrap().recv_timeout(LONG).unwrap();
                    count(connection)
                })
            })
        })
        .collect();
    for _ in 0..16 {
        begins.recv_timeout(LONG).unwrap();
    }
    assert!(begins.recv_timeout(Duration::from_millis(200)).is_err(), "more than 16 read");
    // Nobody who writes waits for them.
    database.write(|connection| insert(connection, "one")).unwrap();
    for _ in 0..20 {
        ending.send(()).unwrap();
    }
    for reader in readers {
        assert!(reader.join().unwrap().is_ok());
    }
}

/// It ends as it began, at its moment of the file, and nothing of the file stays open then.
#[test]
fn a_read_that_outlasts_the_end_sees_the_file_to_its_own_end() {
    let (database, folder) = in_file();
    database.write(|connection| insert(connection, "one")).unwrap();
    let (begun, begins) = mpsc::channel();
    let (ending, end) = mpsc::channel::<()>();
    let reading = Arc::clone(&database);
    let long = beside(move || {
        reading.read(move |connection| {
            let before = count(connection)?;
            begun.send(()).unwrap();
            end.recv_timeout(LONG).unwrap();
            Ok::<_, Trouble>((before, count(connection)?))
        })
    });
    begins.recv_timeout(LONG).unwrap();
    database.close();
    let again = Database::open(folder.path().join("words.db"), &common::WORDS).unwrap();
    again.write(|connection| insert(connection, "two")).unwrap();
    ending.send(()).unwrap();
    assert_eq!(long.join().unwrap(), Ok((1, 1)));
    assert_eq!(again.read(count), Ok(2));
    drop(again);
    if cfg!(target_os = "linux") {
        // `database` is still there.
        let open = std::fs::read_dir("/proc/self/fd").unwrap();
        let open = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
        let open: Vec<_> = open.filter(|path| path.starts_with(folder.path())).collect();
        assert!(open.is_empty(), "{open:?}");
    }
    drop(database);
}

#[test]
fn what_reads_cannot_write() {
    let (in_file, _folder) = in_file();
    for database in [in_file, Arc::new(in_memory())] {
        database.write(|connection| insert(connection, "one")).unwrap();
        assert!(database.read(|connection| insert(connection, "two")).is_err());
        let step = |connection: &Connection| insert(connection, "three").map(ControlFlow::Break);
        assert!(database.scan(step).is_err());
        assert_eq!(database.read(count).unwrap(), 1);
        // The same connection in memory.
        database.write(|connection| insert(connection, "four")).unwrap();
        assert_eq!(database.read(count).unwrap(), 2);
    }
}

#[test]
fn no_trouble_shows_a_value() {
    /// A number that no column takes.
    struct Secret;
    impl ToSql for Secret {
        fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
            Err(rusqlite::Error::ToSqlConversionFailure("is 4711".into()))
        }
    }
    let database = in_memory();
    for (operation, expected) in [
        (
            (|connection| {
                Ok(connection.query_row("SELECT 1, 4711", [], |row| row.get::<_, u8>(1)).map(drop)?)
            }) as fn(&Connection) -> Result<(), Trouble>,
            "the value of column 1 is not of the type that the program reads",
        ),
        (
            |connection| {
                let odd = |row: &Row<'_>| {
                    let why = "is 4711".into();
                    Err(rusqlite::Error::FromSqlConversionFailure(
                        row.as_ref().column_count(),
                        Type::Text,
                        why,
                    ))
                };
                Ok(connection.query_row("SELECT '4711'", [], odd)?)
            },
            "the value of column 1 is not of the type that the program reads",
        ),
        (
            |connection| {
                Ok(connection.query_row("SELECT ?1", [Secret], |row| row.get::<_, u8>(0)).map(drop)?)
            },
            "a value of the program can't be stored",
        ),
        (
            |connection| {
                Ok(connection
                    .query_row("SELECT '4711' AS secret", [], |row| row.get::<_, i64>(0))
                    .map(drop)?)
            },
            "Invalid column type Text at index: 0, name: secret",
        ),
    ] {
        assert_eq!(database.read(operation).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_read_that_panics_or_leaves_a_savepoint_spoils_no_other() {
    let (in_file, _folder) = in_file();
    for database in [in_file, Arc::new(in_memory())] {
        for number in 0..40 {
            let reading = Arc::clone(&database);
            let read = beside(move || {
                reading.read::<(), Trouble>(move |connection| {
                    connection.execute_batch("SAVEPOINT mine")?;
                    if number % 2 == 0 { panic!("of a read") } else { Ok(()) }
                })
            });
            drop(read.join());
        }
        database.write(|connection| insert(connection, "one")).unwrap();
        let before = database.read(count).unwrap();
        database.write(|connection| insert(connection, "two")).unwrap();
        assert_eq!((before, database.read(count).unwrap()), (1, 2));
    }
}
