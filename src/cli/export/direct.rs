//! A board's history out of a database file, without a gateway.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, ErrorCode};
use tokio::task::yield_now;

use super::{Failure, Options, query};
use crate::clock::Clock;
use crate::history::VERSION;
use crate::history::query::answer::{Answer, Step};
use crate::history::query::csv::Csv;
use crate::history::query::view::View;
use crate::history::query::{Format, Question};
use crate::history::readers::open_to_read;

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
    match question.format {
        Format::Csv => {
            let mut csv = Csv::new(&question, view, now).map_err(Failure::Direct)?;
            let mut output = options.open()?;
            while let Some(chunk) = csv.next(&conn).map_err(failed)? {
                output.write(&chunk)?;
                yield_now().await;
            }
            output.finish()
        }
        Format::Json => {
            let answer = Answer::new(&question, view, now).map_err(Failure::Direct)?;
            let text = whole(&conn, db, answer, board).await?;
            let mut output = options.open()?;
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
    let opened = open_to_read(db).and_then(|conn| {
        let version = conn.query_row("PRAGMA user_version", (), |row| row.get(0))?;
        Ok((conn, version))
    });
    match opened {
        Ok((conn, VERSION)) => Ok(conn),
        Ok((_, other)) => Err(format!(
            "{shown} is no history of this version of boardcast (version {other}, this is {VERSION})"
        )),
        Err(why) => Err(unreadable(db, &why)),
    }
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
