//! A board's history out of a database file, without a gateway.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::task::yield_now;

use super::output::Output;
use super::{Failure, Options, query};
use crate::clock::Clock;
use crate::history::query::answer::{Answer, Step};
use crate::history::query::csv::Csv;
use crate::history::query::view::View;
use crate::history::query::{Format, Question};

/// The version of the tables.
const VERSION: i64 = 1;

/// Exports from a database, which is only read. Cancel safe between steps: what is written
/// is taken away.
pub(super) async fn export(db: &Path, options: &Options) -> Result<(), Failure> {
    let failed = |why: rusqlite::Error| Failure::Direct(unreadable(db, &why));
    let conn = open(db).map_err(Failure::Direct)?;
    let now = Clock::default().now(|_, _| ());
    let question = Question::from_query(&query(options), now).map_err(Failure::Direct)?;
    let board = options.board.as_str();
    let view = View::load(&conn, board).map_err(failed)?;
    if view.shelf.is_none() {
        let known = names(&conn).map_err(failed)?;
        return Err(Failure::Direct(unknown(db, board, &known)));
    }
    let open = || Output::open(options.output.as_deref(), options.force);
    match question.format {
        Format::Csv => {
            let mut csv = Csv::new(&question, view, now).map_err(Failure::Direct)?;
            let mut output = open()?;
            while let Some(chunk) = csv.next(&conn).map_err(failed)? {
                output.write(&chunk)?;
                yield_now().await;
            }
            output.finish()
        }
        Format::Json => {
            let answer = Answer::new(&question, view, now).map_err(Failure::Direct)?;
            let text = whole(&conn, db, answer, board).await?;
            let mut output = open()?;
            output.write(&text)?;
            output.finish()
        }
    }
}

async fn whole(
    conn: &Connection,
    db: &Path,
    mut answer: Answer,
    board: &str,
) -> Result<Vec<u8>, Failure> {
    let failed = |why: rusqlite::Error| Failure::Direct(unreadable(db, &why));
    loop {
        match answer.step(conn).map_err(failed)? {
            Step::More => yield_now().await,
            Step::Done => return Ok(answer.into_json(board)),
            Step::Refused(why) => return Err(Failure::Direct(why)),
        }
    }
}

/// Opens a history for reading, also where nothing can be written.
fn open(db: &Path) -> Result<Connection, String> {
    let shown = db.display();
    if let Err(why) = fs::metadata(db) {
        return Err(format!("cannot read {shown}: {why}"));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(db, flags).and_then(checked);
    let opened = match opened {
        Err(why) if is_read_only(&why) && !has_log(db) => immutable(db, flags),
        opened => opened,
    };
    match opened {
        Ok((conn, VERSION)) => Ok(conn),
        Ok((_, other)) => Err(format!(
            "{shown} is no history of this version of boardcast (version {other}, this is {VERSION})"
        )),
        Err(why) => Err(unreadable(db, &why)),
    }
}

fn checked(conn: Connection) -> rusqlite::Result<(Connection, i64)> {
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    let version = conn.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    Ok((conn, version))
}

/// SQLite wants to write beside a database even to read it, but not if nobody else has it
/// open: as on a read-only disk, with nothing in its log.
fn immutable(db: &Path, flags: OpenFlags) -> rusqlite::Result<(Connection, i64)> {
    let path = db.to_string_lossy();
    let path = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let uri = format!("file:{path}?immutable=1");
    Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).and_then(checked)
}

fn is_read_only(why: &rusqlite::Error) -> bool {
    let code = why.sqlite_error_code();
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

fn has_log(db: &Path) -> bool {
    let mut log = OsString::from(db);
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

fn names(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut names = conn.prepare("SELECT name FROM board WHERE id > 0 ORDER BY name")?;
    names.query_map((), |row| row.get(0))?.collect()
}

fn unknown(db: &Path, board: &str, known: &[String]) -> String {
    let known = match known {
        [] => "it has none".to_owned(),
        names => format!("it has {}", names.join(", ")),
    };
    format!("no board is called {board} in {} ({known})", db.display())
}

fn unreadable(db: &Path, why: &rusqlite::Error) -> String {
    let db = db.display();
    match why.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => format!("{db} is no database"),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => format!(
            "cannot read {db}: {why} (copy it with its -wal file to a folder that you may write to)"
        ),
        _ => format!("cannot read {db}: {why}"),
    }
}
