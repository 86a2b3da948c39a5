//! One transaction: what waits in the journal, how its boards stand, and how far all is.
//! Knows nothing of what is done when it fails.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::rows::Rows;
use crate::history::limits::Limits;
use crate::history::open::{Database, Progress};
use crate::history::reach::Reach;
use crate::history::trim::{More, trim};
use crate::journal::Journal;

/// Events that one commit stores at the most, so that it does not take many seconds on a
/// slow card. A backlog holds as many by default.
pub const MOST: u64 = 65_536;

/// So many find out whether a disk can be written again: trying that with all that waits
/// would keep a small machine busy for as long as its disk is full.
pub const FEW: u64 = 64;

/// Events taken from the journal at a time, which is locked meanwhile: some 0.1 ms, or 1 ms on
/// the smallest board, for which all boards and subscribers wait.
const STEP: u64 = 1024;

/// Ids of the numbers that are kept; who comes with an older one begins anew.
const IDS: i64 = 256;

/// What to write besides events.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Ids that the file does not have yet.
    pub ids: &'a [String],
    /// Bounds of one commit and of the file.
    pub limits: &'a Limits,
    /// Events that this commit stores at the most.
    pub most: u64,
    /// Which boards to write.
    pub boards: Tell,
    /// How far numbers are reserved afterwards.
    pub reserve: Until,
}

/// Which boards' standing is written, and whether what is known of the file is still right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// Of those that had an event; it is.
    Changed,
    /// Of all; nothing is known for sure.
    All,
}

/// How far numbers are reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At least up to there.
    Least(u64),
    /// Up to there, also if that is less than before: the journal has given the rest back.
    Back(u64),
    /// Once all is stored, no further than up to there: nothing more is given out.
    Exactly(u64),
}

/// What one commit did.
#[derive(Debug)]
pub struct Done {
    /// Events that were stored.
    pub events: u64,
    /// Events that had left the backlog.
    pub lost: u64,
    /// What is complete, if that changed by more than what was stored.
    pub reach: Option<Reach>,
    /// Whether it ended at its bound, so that perhaps more waits.
    pub full: More,
    /// Whether it left something to be trimmed.
    pub trim: More,
}

/// Why there was no commit.
#[derive(Debug)]
pub enum Failure {
    /// SQLite's reason.
    Sqlite(rusqlite::Error),
    /// Somebody else has written the file.
    Foreign,
}

impl From<rusqlite::Error> for Failure {
    fn from(why: rusqlite::Error) -> Self {
        Self::Sqlite(why)
    }
}

/// Writes it, all or nothing; the database's progress is that of the file then.
///
/// # Errors
/// When nothing was written; [`Database::reload`] is to be called.
pub fn commit(db: &mut Database, journal: &Journal, job: &Job<'_>) -> Result<Done, Failure> {
    let tx = Transaction::new_unchecked(&db.conn, TransactionBehavior::Immediate)?;
    if Progress::read(&tx)? != db.progress {
        return Err(Failure::Foreign);
    }
    let mut progress = db.progress;
    let mut sums = db.sums.clone();
    let mut rows = Rows::new(&tx, &mut sums);
    let taken = take(&mut rows, journal, job, &mut progress)?;
    if job.boards == Tell::All {
        rows.all_boards(journal)?;
    }
    rows.latest(journal)?;
    if taken.events > 0 {
        sums.pass(&tx, progress.time)?;
    }
    let trimmed = trim(&tx, progress.time, &job.limits.bounds)?;
    progress.reserved = match job.reserve {
        Until::Back(until) => progress.stored.max(until),
        Until::Exactly(until) if progress.stored >= until => progress.stored,
        Until::Exactly(until) | Until::Least(until) => progress.reserved.max(until),
    };
    save(&tx, &progress, job.ids)?;
    let changed = taken.lost > 0 || !trimmed.gone.is_empty() || job.boards == Tell::All;
    let reach = changed.then(|| Reach::load(&tx, progress.stored));
    let reach = reach.transpose()?;
    tx.commit()?;
    (db.progress, db.sums) = (progress, sums);
    Ok(Done {
        events: taken.events,
        lost: taken.lost,
        reach,
        full: taken.full,
        trim: trimmed.more,
    })
}

/// What was taken from the journal.
struct Taken {
    events: u64,
    lost: u64,
    full: More,
}

/// Stores what waits, within bounds.
fn take(
    rows: &mut Rows<'_>,
    journal: &Journal,
    job: &Job<'_>,
    progress: &mut Progress,
) -> rusqlite::Result<Taken> {
    let (mut events, mut lost, mut bytes) = (0, 0, 0);
    let room = job.limits.commit_bytes;
    let mut full = More::Yes;
    while events < job.most && bytes < room {
        let step = STEP.min(job.most - events) as usize;
        let passage = journal.after(progress.stored, step);
        if let Some(gone) = &passage.lost {
            rows.lost(gone)?;
            lost += gone.to - gone.from + 1;
            progress.stored = gone.to;
        }
        if passage.records.is_empty() {
            full = More::No;
            break;
        }
        for record in &passage.records {
            // A file that could not be read when this run began may have later times.
            progress.time = progress.time.max(record.time);
            bytes += rows.event(record, progress.time)?;
            progress.stored = record.seq;
            events += 1;
            if bytes >= room {
                break;
            }
        }
    }
    Ok(Taken { events, lost, full })
}

fn save(tx: &Connection, progress: &Progress, ids: &[String]) -> rusqlite::Result<()> {
    let Progress {
        reserved,
        stored,
        time,
    } = *progress;
    tx.prepare_cached("UPDATE progress SET reserved = ?1, stored = ?2, time = ?3")?
        .execute(params![reserved, stored, time.0])?;
    for id in ids {
        tx.execute("INSERT OR IGNORE INTO stream (id) VALUES (?1)", [id])?;
    }
    if !ids.is_empty() {
        let old = "DELETE FROM stream WHERE rowid <= (SELECT max(rowid) FROM stream) - ?1";
        tx.execute(old, [IDS])?;
    }
    Ok(())
}

/// Goes on in a file that an earlier run left: what was reserved there and is not stored was
/// perhaps given out. `begin` is the first number of this run, above all that is reserved
/// there; `reserved` is how far numbers are reserved from now on.
///
/// # Errors
/// SQLite's; nothing was written then.
pub fn adopt(db: &mut Database, begin: u64, reserved: u64) -> rusqlite::Result<()> {
    let tx = Transaction::new_unchecked(&db.conn, TransactionBehavior::Immediate)?;
    let left = db.progress;
    if left.stored < left.reserved {
        let (first, last) = (left.stored + 1, left.reserved);
        // A gateway that crashes again and again before its first event has one gap.
        let longer = tx.execute(
            "UPDATE gap SET last = ?2 WHERE last = ?1 - 1",
            [first, last],
        )?;
        if longer == 0 {
            tx.execute(
                "INSERT INTO gap (first, last) VALUES (?1, ?2)",
                [first, last],
            )?;
        }
    }
    let progress = Progress {
        reserved: reserved.max(left.reserved),
        stored: begin - 1,
        time: left.time,
    };
    save(&tx, &progress, &[])?;
    tx.commit()?;
    db.progress = progress;
    Ok(())
}
