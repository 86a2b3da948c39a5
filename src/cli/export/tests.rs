//! Files, and what is asked.

use std::fs;

use clap::Parser;
use rusqlite::Connection;

use super::*;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

fn options(arguments: &[&str]) -> Options {
    let arguments = ["export", "b"].iter().chain(arguments);
    Arguments::try_parse_from(arguments).unwrap().options
}

fn database(path: &Path) {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(include_str!("../../history/schema.sql"))
        .unwrap();
    conn.execute_batch(
        r#"PRAGMA user_version = 1;
        INSERT INTO board VALUES (0, '', NULL, 0), (1, 'b', NULL, 0);
        INSERT INTO progress VALUES (1, 9, 9, 1000000, 0);
        INSERT INTO channel VALUES (1, 1, 't');
        INSERT INTO event VALUES (1, 9, 1000000, 0, '{"values":{"t":1}}')"#,
    )
    .unwrap();
}

fn export(db: &Path, arguments: &[&str]) -> Result<(), String> {
    let done = block_on(direct::export(db, &options(arguments))).unwrap();
    done.map_err(|why| match why {
        Failure::Output(file, why) => output::unwritable(&file, &why),
        Failure::Direct(why) => why,
        other => format!("{other:?}"),
    })
}

#[test]
fn questions_are_passed_on() {
    let check = |arguments: &[&str], wanted: &str| {
        assert_eq!(query(&options(arguments)), wanted);
    };
    check(&[], "format=csv");
    check(
        &[
            "--from",
            "-24h",
            "--to",
            "2026-01-01T00:00:00+01:00",
            "--json",
        ],
        "format=json&from=-24h&to=2026-01-01T00%3A00%3A00%2B01%3A00",
    );
    check(
        &["--channels", "a b,c", "--points", "5"],
        "format=csv&channels=a+b%2Cc&points=5",
    );
    let both = ["export", "b", "--points", "5", "--every", "1s"];
    assert!(Arguments::try_parse_from(both).is_err());
}

#[test]
fn a_file_is_new_or_replaced_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let (db, file) = (folder.path().join("h.db"), folder.path().join("b.csv"));
    database(&db);
    let (name, wanted) = (file.to_str().unwrap(), "time,t\r\n1000.000,1\r\n");
    assert_eq!(export(&db, &["-o", name]), Ok(()));
    assert_eq!(fs::read_to_string(&file).unwrap(), wanted);
    fs::write(&file, "mine").unwrap();
    let there = format!("{name} is there already, and is left as it is (--force replaces it)");
    assert_eq!(export(&db, &["-o", name]), Err(there));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(export(&db, &["-o", name, "--force"]), Ok(()));
    assert_eq!(fs::read_to_string(&file).unwrap(), wanted);
    assert_eq!(export(&db, &["-o", "/dev/null"]), Ok(()));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing is left over"
    );
}

#[test]
fn a_half_file_is_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("b.csv");
    for force in [false, true] {
        let mut output = Output::open(Some(&file), force).unwrap();
        output.write(b"time").unwrap();
        drop(output);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    fs::write(&file, "mine").unwrap();
    drop(Output::open(Some(&file), true).unwrap());
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn what_is_wrong_with_a_database_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (db, text) = (folder.path().join("h.db"), folder.path().join("text"));
    let missing = export(&db, &[]).unwrap_err();
    assert!(missing.starts_with("cannot read "), "{missing}");
    fs::write(&text, "no database".repeat(100)).unwrap();
    assert!(export(&text, &[]).unwrap_err().ends_with("is no database"));
    database(&db);
    let mut other = options(&[]);
    other.board = BoardName::new("c").unwrap();
    let Ok(Err(Failure::Direct(why))) = block_on(direct::export(&db, &other)) else {
        panic!("there is no such board");
    };
    assert!(why.ends_with("(it has b)"), "{why}");
    let why = export(&db, &["--from", "x"]).unwrap_err();
    assert!(why.starts_with("`from` is no time"), "{why}");
    Connection::open(&db)
        .unwrap()
        .execute_batch("PRAGMA user_version = 2")
        .unwrap();
    let why = export(&db, &[]).unwrap_err();
    assert!(why.contains("no history of this version"), "{why}");
}
