//! Events from disk for whoever goes on in the past: in order, a window of numbers at a time.
//! Knows nothing of subscribers.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use rusqlite::{Connection, Result, params};

use super::ends;
use super::open::Progress;
use super::reach::Reach;
use crate::clock::Timestamp;
use crate::journal::Record;
use crate::name::{BoardName, Boards};
use crate::wire::encode::{Kind, with_body};

/// Numbers that are looked at in one step: short enough for a Raspberry Pi to read in some
/// ten milliseconds, and what a page holds at most.
const WINDOW: u64 = 2048;

/// Windows without a match in one step.
const MAX_EMPTY: usize = 64;

/// Bytes of a page, after which it ends early: a window of the longest lines has more.
const MAX_PAGE: usize = 512 * 1024;

/// Events that follow a number.
#[derive(Debug)]
pub struct Page {
    /// Matching events and gaps, in order.
    pub items: Vec<Stored>,
    /// There is nothing else that matches up to this number.
    pub to: u64,
}

/// One thing on a page.
#[derive(Debug)]
pub enum Stored {
    /// An event.
    Event(Record),
    /// Numbers that were perhaps given out before a crash.
    Gap {
        /// First.
        from: u64,
        /// Last.
        to: u64,
    },
}

/// The matching events behind `after`, and what was perhaps lost there in a crash. At least
/// one of them, unless there are none in a long way or up to `until`, which is stored.
/// Nothing if some of what lies between is not there any more: was deleted, or in a file that
/// was put aside.
pub fn page(
    connection: &Connection,
    boards: &Boards,
    after: u64,
    until: u64,
) -> Result<Option<Page>> {
    if !is_whole(connection, boards, after, until)? {
        return Ok(None);
    }
    let names = matching(connection, boards)?;
    let mut page = Page {
        items: Vec::new(),
        to: after,
    };
    for _ in 0..MAX_EMPTY {
        if page.to >= until || !page.items.is_empty() {
            break;
        }
        let to = until.min(page.to + WINDOW);
        window(connection, &names, &mut page, to)?;
    }
    Ok(Some(page))
}

/// Asks the transaction that reads: what the writer tells others of a commit, it tells them
/// later, and bringing the log into the file may lie between.
fn is_whole(connection: &Connection, boards: &Boards, after: u64, until: u64) -> Result<bool> {
    let stored = Progress::read(connection)?.stored;
    let reach = Reach::load(connection, stored)?;
    Ok(until <= stored && reach.stored(boards, after).is_some())
}

/// The number behind which the last `n` matching events up to `until` lie, or as many as
/// there are.
pub fn position_of_last(
    connection: &Connection,
    boards: &Boards,
    n: u64,
    until: u64,
) -> Result<u64> {
    let names = matching(connection, boards)?;
    let oldest = ends::of_each_board(connection)?.into_iter();
    let oldest = oldest.filter(|oldest| names.contains_key(&oldest.board));
    let Some(oldest) = oldest.map(|oldest| oldest.seq.unsigned_abs()).min() else {
        return Ok(until);
    };
    let (mut position, mut missing, mut width) = (until, n, WINDOW);
    while missing > 0 && position >= oldest {
        let from = position.saturating_sub(width);
        let mut found = connection.prepare_cached(
            "SELECT seq FROM event WHERE board IN (SELECT value FROM json_each(?1))
             AND seq > ?2 AND seq <= ?3 ORDER BY seq DESC LIMIT ?4",
        )?;
        let limit = i64::try_from(missing).unwrap_or(i64::MAX);
        let seqs = found.query_map(params![ids(&names), from, position, limit], |row| {
            row.get(0)
        })?;
        let seqs: Vec<u64> = seqs.collect::<Result<_>>()?;
        missing -= seqs.len() as u64;
        position = match seqs.last() {
            Some(&seq) if missing == 0 => seq - 1,
            _ => from,
        };
        // A board that speaks once a day is found in few steps.
        width = (width * 2).min(64 * WINDOW);
    }
    Ok(position)
}

type Names = HashMap<i64, Option<BoardName>>;

/// Boards by their id; the gateway's own events are everybody's.
fn matching(connection: &Connection, boards: &Boards) -> Result<Names> {
    let mut all = connection.prepare_cached("SELECT id, name FROM board")?;
    let mut rows = all.query([])?;
    let mut names = Names::from([(0, None)]);
    while let Some(row) = rows.next()? {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        if id != 0 && boards.matches(&name) {
            names.insert(id, BoardName::new(&name).ok());
        }
    }
    Ok(names)
}

fn ids(names: &Names) -> String {
    let ids: Vec<String> = names.keys().map(i64::to_string).collect();
    format!("[{}]", ids.join(","))
}

/// Adds what lies behind the page's end, up to `to`.
fn window(connection: &Connection, names: &Names, page: &mut Page, to: u64) -> Result<()> {
    let mut gaps = gaps(connection, page.to, to)?.into_iter().peekable();
    let mut events = connection.prepare_cached(
        "SELECT seq, time, kind, board, body FROM event
         WHERE board IN (SELECT value FROM json_each(?1)) AND seq > ?2 AND seq <= ?3 ORDER BY seq",
    )?;
    let mut rows = events.query(params![ids(names), page.to, to])?;
    let (mut bytes, mut last) = (0, to);
    while let Some(row) = rows.next()? {
        let seq: u64 = row.get(0)?;
        while let Some((from, to)) = gaps.next_if(|(from, _)| *from < seq) {
            page.items.push(Stored::Gap { from, to });
        }
        let time = Timestamp(row.get(1)?);
        let kind = kind(row.get(2)?)?;
        let board = names.get(&row.get(3)?).cloned().flatten();
        let body = row.get_ref(4)?.as_str()?;
        let frame = with_body(kind, seq, time, board.as_ref().map(BoardName::as_str), body);
        bytes += frame.len();
        page.items.push(Stored::Event(Record {
            seq,
            time,
            kind,
            board,
            frame,
        }));
        if bytes > MAX_PAGE {
            last = seq;
            break;
        }
    }
    let rest = gaps.filter(|(from, _)| *from <= last);
    let rest = rest.map(|(from, to)| Stored::Gap { from, to });
    page.items.extend(rest);
    // A gap that reaches beyond the window was told as a whole.
    let told = page.items.iter().map(|item| match item {
        Stored::Gap { to, .. } => *to,
        Stored::Event(record) => record.seq,
    });
    page.to = told.fold(last, u64::max);
    Ok(())
}

fn kind(code: usize) -> Result<Kind> {
    let kind = Kind::ALL.get(code).copied();
    kind.ok_or(rusqlite::Error::IntegralValueOutOfRange(2, code as i64))
}

/// Numbers of a crash that lie in (after, to], from the first that is behind `after`.
fn gaps(connection: &Connection, after: u64, to: u64) -> Result<Vec<(u64, u64)>> {
    let mut gaps = connection.prepare_cached(
        "SELECT max(first, ?1 + 1), last FROM gap WHERE last > ?1 AND first <= ?2 ORDER BY first",
    )?;
    let rows = gaps.query_map([after, to], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
