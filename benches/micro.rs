//! The steps that every line takes, each alone: cut, parse, encode, append, read.
//! `make bench ONLY=micro`; what they are together, from outside, the other parts say.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use boardcast::boards::Link;
use boardcast::clock::Timestamp;
use boardcast::config::{Backlog, Format};
use boardcast::journal::batch::Batch;
use boardcast::journal::{Cursor, Journal, Next, Numbering, Slot};
use boardcast::name::BoardName;
use boardcast::reading::lines::Lines;
use boardcast::reading::parse::Parser;
use boardcast::wire::encode;
use boardcast::wire::request::{Subscribe, Subscription};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// One line of each form that a reading may have, and one that is none.
const FORMS: [(&str, &str); 4] = [
    ("json", JSON),
    ("pairs", "temperature:23.5,humidity:48.25,light:512"),
    ("values", "23.5,48.25,512"),
    ("text", "Booting, please wait"),
];

const JSON: &str = r#"{"temperature":23.5,"humidity":48.25,"light":512}"#;

/// What a busy port brings in one read.
const BATCH: usize = 64;

/// Events of the journal that is read; well within its backlog.
const HELD: u64 = 10_048;

fn lines(criterion: &mut Criterion) {
    let bytes = format!("{JSON}\n").repeat(BATCH);
    let mut group = criterion.benchmark_group("lines");
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("whole", |bencher| {
        let mut lines = Lines::new(4096);
        bencher.iter(|| lines.feed(bytes.as_bytes(), |cut| drop(black_box(cut))));
    });
    group.bench_function("in pieces of 10 bytes", |bencher| {
        let mut lines = Lines::new(4096);
        bencher.iter(|| {
            for piece in bytes.as_bytes().chunks(10) {
                lines.feed(piece, |cut| drop(black_box(cut)));
            }
        });
    });
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Elements(1));
    for (form, line) in FORMS {
        let mut parser = Parser::new(&Format::Auto, false);
        group.bench_function(form, |bencher| {
            bencher.iter(|| drop(black_box(parser.parse(black_box(line), false))));
        });
    }
}

fn encode(criterion: &mut Criterion) {
    let mut parser = Parser::new(&Format::Auto, false);
    let parsed = parser.parse(JSON, false);
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Elements(1));
    group.bench_function("reading", |bencher| {
        let mut tail = Vec::new();
        bencher.iter(|| {
            tail.clear();
            encode::reading_tail(&mut tail, "greenhouse", black_box(&parsed.readings[0]));
        });
    });
}

fn journal(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("journal");
    for size in [1, BATCH] {
        let (journal, slot) = empty_journal();
        let batch = batch(size);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(format!("append {size}"), |bencher| {
            bencher.iter(|| journal.append(slot, Timestamp::default(), &batch));
        });
    }
    let journal = full_journal();
    for (name, query) in [
        ("read all", "since=0"),
        ("read one board", "boards=greenhouse&since=0"),
        ("read thinned", "max_rate=10&since=0"),
    ] {
        let wanted = wanted(query);
        group.throughput(Throughput::Elements(HELD));
        group.bench_function(name, |bencher| bencher.iter(|| read(&journal, &wanted)));
    }
}

/// One reading each of so many boards, each read by a subscriber of its own. What one takes
/// must not depend on how many others there are.
fn wake(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("append and read, each its own of");
    for boards in [10, 100, 1000] {
        let journal = empty_journal().0;
        let batch = batch(1);
        let mut pairs: Vec<_> = (0..boards).map(|index| pair(&journal, index)).collect();
        group.throughput(Throughput::Elements(boards));
        group.bench_function(format!("{boards} boards"), |bencher| {
            bencher.iter(|| {
                for (slot, cursor) in &mut pairs {
                    journal.append(*slot, Timestamp::default(), &batch);
                    drop(black_box(cursor.read(Timestamp::default())));
                    drop(black_box(cursor.read(Timestamp::default())));
                }
            });
        });
    }
}

/// A board, and a cursor that wants nothing else.
fn pair(journal: &Arc<Journal>, index: u64) -> (Slot, Cursor) {
    let name = format!("board{index}");
    let board = BoardName::new(&name).expect("the name keeps the rules");
    let slot = journal.register(&board, Link::Serial, BTreeMap::new());
    let (cursor, _) = journal.subscribe(&wanted(&format!("boards={name}")), None);
    (slot, cursor)
}

fn empty_journal() -> (Arc<Journal>, Slot) {
    let journal = Arc::new(Journal::new(
        Numbering::forgetful("c0ffee01".into()),
        Backlog::default(),
    ));
    let slot = journal.register(&board(), Link::Serial, BTreeMap::new());
    (journal, slot)
}

fn full_journal() -> Arc<Journal> {
    let (journal, slot) = empty_journal();
    let batch = batch(BATCH);
    while journal.head() < HELD {
        journal.append(slot, Timestamp::default(), &batch);
    }
    journal
}

fn batch(size: usize) -> Batch {
    let mut parser = Parser::new(&Format::Auto, false);
    let parsed = parser.parse(JSON, false);
    let mut batch = Batch::default();
    for _ in 0..size {
        batch.reading(&board(), &parsed.readings[0]);
    }
    batch
}

fn board() -> BoardName {
    BoardName::new("greenhouse").expect("the name keeps the rules")
}

fn wanted(query: &str) -> Subscription {
    let asked = Subscribe::from_query(query).and_then(Subscribe::check);
    asked.expect("the query keeps the rules")
}

/// As a subscriber who comes back and missed everything.
fn read(journal: &Arc<Journal>, wanted: &Subscription) {
    let (mut cursor, _) = journal.subscribe(wanted, None);
    while let Next::Frames(frames) = cursor.read(Timestamp::default()) {
        drop(black_box(frames));
    }
}

criterion_group! {
    name = steps;
    // Short enough to be run often; an interval of some percent.
    config = Criterion::default()
        .without_plots()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = lines, parse, encode, journal, wake
}
criterion_main!(steps);
