//! Opening a file: a new one, one of each older version, and one of others.

mod common;

use common::{WORDS, count, file, insert};
use sf_outbound_store::rusqlite::{Connection, OpenFlags};
use sf_outbound_store::{Database, Schema, Synchronous, Trouble};
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// A program's tables over time: the words, then how often each was met, then when.
const FIRST: Schema = WORDS;
const MET: &str = "ALTER TABLE word ADD COLUMN met INTEGER NOT NULL DEFAULT 1;";
const SECOND: Schema = Schema {
    tables: &[
        "CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 1) STRICT;",
    ],
    upgrades: &[MET],
    ..WORDS
};
const THIRD: Schema = Schema {
    tables: &["CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 1) STRICT;
        CREATE TABLE day(word INTEGER NOT NULL, day TEXT NOT NULL, PRIMARY KEY(word, day)) STRICT, WITHOUT ROWID;
        CREATE INDEX day_day ON day(day);"],
    upgrades: &[
        MET,
        "CREATE TABLE day(word INTEGER NOT NULL, day TEXT NOT NULL, PRIMARY KEY(word, day)) STRICT, WITHOUT ROWID;
         CREATE INDEX day_day ON day(day);
         INSERT INTO day SELECT id, '2026-01-01' FROM word;",
    ],
    ..WORDS
};

/// Everything that a file holds, as text: tables, rows, and the numbers that say whose it is.
fn contents(path: &Path) -> BTreeSet<String> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let lines = |sql: &str| {
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let values = (0..columns).map(|place| Ok(format!("{:?}", row.get_ref(place)?)));
            Ok(values.collect::<Result<Vec<_>, sf_outbound_store::rusqlite::Error>>()?.join(" "))
        });
        rows.unwrap().map(|row| format!("{sql}: {}", row.unwrap())).collect::<Vec<_>>()
    };
    let mut all = BTreeSet::new();
    for sql in [
        "PRAGMA application_id",
        "PRAGMA user_version",
        "PRAGMA integrity_check",
        "SELECT * FROM sqlite_schema",
    ] {
        all.extend(lines(sql));
    }
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let names: Vec<String> = connection
        .prepare(tables)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for name in names {
        all.extend(lines(&format!("SELECT * FROM {name}")));
    }
    all
}

/// Each table's columns, and each index.
fn tables(path: &Path) -> BTreeSet<(String, String)> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT s.name, coalesce(c.name || ' ' || c.type || c.\"notnull\" || c.pk || coalesce(c.dflt_value, ''), s.sql)
        FROM sqlite_schema s LEFT JOIN pragma_table_info(s.name) c ON s.type = 'table' WHERE s.sql IS NOT NULL";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// A file of a version with a word, as its program left it.
fn written(path: &Path, schema: &Schema) {
    let database = Database::open(path, schema).unwrap();
    database.write(|connection| insert(connection, "one")).unwrap();
}

fn number(connection: &Connection, sql: &str) -> Result<i64, Trouble> {
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

#[test]
fn a_new_file_says_whose_it_is_and_its_version() {
    let (path, _folder) = file();
    let database = Database::open(&path, &THIRD).unwrap();
    let says = database.read(|connection| {
        let id = number(connection, "PRAGMA application_id")?;
        Ok::<_, Trouble>((id, number(connection, "PRAGMA user_version")?, count(connection)?))
    });
    assert_eq!(says, Ok((i64::from(u32::from_be_bytes(*b"word")), 3, 0)));
    database.close();
    // The write-ahead log is gone with the end, and the lock's file stays.
    let names = fs::read_dir(path.parent().unwrap()).unwrap();
    let names: BTreeSet<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, BTreeSet::from(["words.db".to_owned(), "words.db.lock".to_owned()]));
}

#[test]
fn the_disk_is_waited_for_as_was_asked() {
    let (path, _folder) = file();
    let level =
        |database: Database| database.write(|connection| number(connection, "PRAGMA synchronous")).unwrap();
    let normal = Database::open_with(Some(&path), &WORDS, Synchronous::Normal, |_| Ok::<_, Trouble>(()));
    assert_eq!(level(normal.unwrap().0), 1);
    assert_eq!(level(Database::open(&path, &WORDS).unwrap()), 2);
}

#[test]
fn a_schema_says_whose_its_files_are() {
    let nobodys = Schema { application_id: [0; 4], ..WORDS };
    let trouble = Database::in_memory(&nobodys).unwrap_err();
    assert_eq!(trouble.to_string(), "the schema has no application id: give it four bytes of your own");
}

#[test]
fn an_empty_file_is_a_new_one() {
    let (path, _folder) = file();
    fs::write(&path, []).unwrap();
    written(&path, &THIRD);
    assert_eq!(Database::open(&path, &THIRD).unwrap().read(count), Ok(1));
}

#[test]
fn a_file_of_each_older_version_is_brought_up_to_date_with_its_rows() {
    let (new, _new_folder) = file();
    drop(Database::open(&new, &THIRD).unwrap());
    for older in [FIRST, SECOND, THIRD] {
        let (path, _folder) = file();
        written(&path, &older);
        let database = Database::open(&path, &THIRD).unwrap();
        let kept = database.read(|connection| {
            Ok::<_, Trouble>((
                number(connection, "SELECT met FROM word WHERE text = 'one'")?,
                number(connection, "SELECT count(*) FROM day")?,
                number(connection, "PRAGMA user_version")?,
            ))
        });
        let days = i64::from(older.version() < 3);
        assert_eq!(kept, Ok((1, days, 3)), "version {}", older.version());
        drop(database);
        assert_eq!(tables(&path), tables(&new), "version {}", older.version());
        // And once more, with nothing to do.
        let before = contents(&path);
        drop(Database::open(&path, &THIRD).unwrap());
        assert_eq!(contents(&path), before);
    }
}

/// Makes a file.
type Make<'a> = Box<dyn Fn() + 'a>;

#[test]
fn what_is_not_ours_is_refused_and_not_touched() {
    let (path, folder) = file();
    let by_sql = |sql: &str| {
        drop(fs::remove_file(&path));
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    };
    let sql = |sql: &'static str| move || by_sql(sql);
    let foreign = Trouble::Foreign("a list of words");
    let makes: [(&str, Make<'_>, Trouble); 8] = [
        ("of a program that says nothing", Box::new(sql("CREATE TABLE word(text)")), foreign.clone()),
        (
            "of another program",
            Box::new(sql("CREATE TABLE word(text); PRAGMA application_id = 7; PRAGMA user_version = 1")),
            foreign.clone(),
        ),
        ("empty, of another program", Box::new(sql("PRAGMA application_id = 7")), foreign.clone()),
        (
            "of a version that never was",
            Box::new(sql("CREATE TABLE word(text); PRAGMA application_id = 2003792484")),
            foreign.clone(),
        ),
        ("a text", Box::new(|| fs::write(&path, "Not a database. ".repeat(100)).unwrap()), foreign.clone()),
        ("a short text", Box::new(|| fs::write(&path, "no").unwrap()), foreign.clone()),
        (
            "noise",
            Box::new(|| {
                let noise = (0..8_192_u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
                fs::write(&path, noise.collect::<Vec<_>>()).unwrap();
            }),
            foreign,
        ),
        (
            "of a later version",
            Box::new(|| {
                fs::remove_file(&path).unwrap();
                written(&path, &THIRD);
                fs::remove_file(path.with_extension("db.lock")).unwrap();
            }),
            Trouble::Later { version: 3, known: 1 },
        ),
    ];
    for (what, make, expected) in makes {
        make();
        let before = fs::read(&path).unwrap();
        assert_eq!(Database::open(&path, &FIRST).err(), Some(expected), "{what}");
        assert!(fs::read(&path).unwrap() == before, "the file was changed: {what}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{what}");
    }
    let later = Trouble::Later { version: 3, known: 1 }.to_string();
    assert_eq!(later, "the file has version 3, and this program knows those up to 1: a later one wrote it");
    assert_eq!(Trouble::Foreign("a list of words").to_string(), "the file is not a list of words");
}

#[test]
fn a_folder_and_a_file_in_none_are_refused() {
    let (path, folder) = file();
    for path in [folder.path(), &path.join("none"), Path::new("")] {
        let trouble = Database::open(path, &WORDS).err().unwrap();
        assert!(matches!(trouble, Trouble::Failed(_)), "{}: {trouble:?}", path.display());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_upgrade_that_fails_half_way_leaves_the_file_as_it_was() {
    const WRONG: [(&str, &[&str]); 4] = [
        (
            "a statement fails",
            &[MET, "DELETE FROM word; ALTER TABLE word ADD COLUMN day TEXT; INSERT INTO nowhere VALUES (1);"],
        ),
        ("it is no SQL", &[MET, "DELETE FROM word; that is no SQL;"]),
        ("it ends the transaction", &[MET, "DELETE FROM word; COMMIT; DELETE FROM word;"]),
        ("it undoes the transaction", &[MET, "DELETE FROM word; ROLLBACK; DELETE FROM word;"]),
    ];
    for (what, upgrades) in WRONG {
        let (path, _folder) = file();
        written(&path, &SECOND);
        let before = contents(&path);
        let third = Schema { upgrades, ..THIRD };
        let failed = Database::open(&path, &third);
        assert!(failed.is_err(), "{what}");
        assert_eq!(contents(&path), before, "{what}");
        // The older program goes on with it, and a later one that has mended it too.
        assert_eq!(Database::open(&path, &SECOND).unwrap().read(count), Ok(1), "{what}");
        assert_eq!(Database::open(&path, &THIRD).unwrap().read(count), Ok(1), "{what}");
    }
}

#[test]
fn tables_that_fail_leave_an_empty_file() {
    let (path, _folder) = file();
    let wrong = Schema {
        tables: &["CREATE TABLE word(id INTEGER PRIMARY KEY) STRICT; CREATE TABLE word(id);"],
        ..WORDS
    };
    assert!(Database::open(&path, &wrong).is_err());
    written(&path, &WORDS);
    assert_eq!(Database::open(&path, &WORDS).unwrap().read(count), Ok(1));
    assert!(Database::in_memory(&wrong).is_err());
}

#[test]
fn a_start_is_a_part_of_the_upgrade() {
    #[derive(Debug, PartialEq)]
    enum Refused {
        NotToday,
        Database(Trouble),
    }
    impl From<Trouble> for Refused {
        fn from(trouble: Trouble) -> Self {
            Self::Database(trouble)
        }
    }
    let (path, _folder) = file();
    written(&path, &FIRST);
    let before = contents(&path);
    let open = |start: fn(&Connection) -> Result<i64, Refused>| {
        Database::open_with(Some(&path), &THIRD, Synchronous::Normal, start).map(|(_, started)| started)
    };
    let refused = open(|connection| {
        // The tables are today's already.
        connection.execute("UPDATE word SET met = 5", []).map_err(Trouble::from)?;
        Err(Refused::NotToday)
    });
    assert_eq!(refused, Err(Refused::NotToday));
    assert_eq!(contents(&path), before);
    let lost = open(|connection| {
        drop(connection.execute_batch("UPDATE word SET met = 5; COMMIT"));
        Ok(1)
    });
    assert_eq!(lost, Err(Refused::Database(Trouble::RolledBack)));
    assert_eq!(contents(&path), before);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        open(|connection| {
            connection.execute("UPDATE word SET met = 5", []).map_err(Trouble::from)?;
            panic!("of a start");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(contents(&path), before);
    let started = open(|connection| {
        connection.execute("UPDATE word SET met = 5", []).map_err(Trouble::from)?;
        Ok(number(connection, "SELECT met FROM word")?)
    });
    assert_eq!(started, Ok(5));
}
