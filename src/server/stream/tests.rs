//! From a disk that is made up to a journal that goes on from it.

mod shelf;

use futures_util::poll;

use self::shelf::{BEFORE, Shelf};
use super::*;
use crate::journal::Reserved;
use crate::server::testing::{post, server};
use crate::wire::encode::{payloads, seq_of};
use crate::wire::request::Subscribe;

fn wanted(query: &str) -> Subscription {
    Subscribe::from_query(query).unwrap().check().unwrap()
}

/// What is told until there is nothing more: `resumed`, the numbers of events, gaps, and
/// how many boards a snapshot holds. Neighbours are joined.
async fn told(shelf: Arc<Shelf>, shared: &Shared, query: &str) -> String {
    let (stream, opening) = Stream::with(Some(shelf), shared, &wanted(query));
    read(stream, opening).await
}

async fn read(mut stream: Stream<'_>, opening: Opening) -> String {
    let mut told = Told::default();
    told.word(if opening.resumed { "resumed" } else { "anew" });
    opening.gap.iter().for_each(|gap| told.gap(gap));
    told.snapshot(&opening.snapshot);
    loop {
        match stream.read() {
            Next::Frames(frames) => {
                let json = frames.iter().flat_map(|frame| payloads(frame));
                json.for_each(|json| told.event(seq_of(json).unwrap()));
            }
            Next::Gap(gap, snapshot) => {
                told.gap(&gap);
                told.snapshot(&snapshot);
            }
            Next::Renamed { stream, .. } => told.word(&stream),
            Next::Nothing(Wait::Event(_)) | Next::Closed => return told.end(),
            Next::Nothing(Wait::Disk) => {
                // Something else is always ready, and the disk gets on all the same.
                let _ = poll!(std::pin::pin!(stream.ready(Wait::Disk)));
                tokio::task::yield_now().await;
            }
        }
    }
}

#[derive(Default)]
struct Told {
    words: Vec<String>,
    run: Option<(u64, u64)>,
}

impl Told {
    fn event(&mut self, seq: u64) {
        self.run = match self.run {
            Some((from, to)) if to + 1 == seq => Some((from, seq)),
            _ => {
                self.flush();
                Some((seq, seq))
            }
        };
    }

    fn gap(&mut self, gap: &Gap) {
        let atmost = if gap.atmost { "<=" } else { "" };
        self.word(&format!(
            "gap {}-{} {atmost}{}",
            gap.from, gap.to, gap.missed
        ));
    }

    fn snapshot(&mut self, boards: &[Bytes]) {
        if !boards.is_empty() {
            self.word(&format!("{} boards", boards.len()));
        }
    }

    fn word(&mut self, word: &str) {
        self.flush();
        self.words.push(word.into());
    }

    fn flush(&mut self) {
        if let Some((from, to)) = self.run.take() {
            self.words.push(format!("{from}-{to}"));
        }
    }

    fn end(mut self) -> String {
        self.flush();
        self.words.join(", ")
    }
}

/// Readings 102 to `head` of a board that came with 101.
fn with_readings(config: &str, head: u64) -> Arc<Shared> {
    let shared = server(config, BEFORE + 1);
    for seq in BEFORE + 2..=head {
        post(&shared, "a", &format!("t:{seq}"));
    }
    shared
}

async fn check(shelf: Arc<Shelf>, query: &str, expected: &str) {
    let shared = with_readings("", 110);
    assert_eq!(told(shelf, &shared, query).await, expected, "{query}");
}

#[tokio::test]
async fn the_disk_is_followed_by_memory_without_a_seam() {
    check(Shelf::new(BEFORE), "since=90", "resumed, 91-110").await;
    check(Shelf::new(BEFORE), "since=0&stream=s", "resumed, 1-110").await;
    check(Shelf::new(BEFORE), "since=100", "resumed, 101-110").await;
    check(Shelf::new(BEFORE), "since=110", "resumed").await;
    check(Shelf::new(105), "since=90", "resumed, 91-110").await;
}

#[tokio::test]
async fn a_gap_is_told_in_its_place() {
    let shelf = || Shelf::new(BEFORE).with_gaps(&[(94, 97), (100, 100)]);
    let expected = "resumed, 91-93, gap 94-97 <=4, 98-99, gap 100-100 <=1, 101-110";
    check(shelf(), "since=90", expected).await;
    let inside = "resumed, gap 96-97 <=2, 98-99, gap 100-100 <=1, 101-110";
    check(shelf(), "since=95", inside).await;
}

#[tokio::test]
async fn a_past_that_was_asked_for_may_begin_on_disk() {
    check(Shelf::new(BEFORE), "history=15", "anew, 1 boards, 96-110").await;
    check(Shelf::new(BEFORE), "history=5", "anew, 1 boards, 106-110").await;
    check(Shelf::new(BEFORE), "", "anew, 1 boards").await;
    let other = "anew, 1 boards, 99-110";
    check(
        Shelf::new(BEFORE),
        "since=90&stream=other&history=12",
        other,
    )
    .await;
}

#[tokio::test]
async fn what_a_disk_promised_and_cannot_read_is_a_gap() {
    let lost = "resumed, gap 91-110 <=20, 1 boards";
    check(Shelf::new(BEFORE).broken(), "since=90", lost).await;
}

#[tokio::test]
async fn a_past_that_cannot_be_read_begins_in_memory() {
    let broken = || Shelf::new(BEFORE).broken();
    check(broken(), "history=15", "anew, 1 boards, 101-110").await;
    let shared = with_readings("[backlog]\nevents = 16\n", 170);
    let told = |shelf| told(shelf, &shared, "history=30");
    assert_eq!(told(broken()).await, "anew, 1 boards, 155-170");
    // As while the disk is full: it has less than memory has lost.
    let behind = Shelf::new(144).stuck();
    assert_eq!(told(behind).await, "anew, 1 boards, 141-144, 155-170");
}

#[tokio::test]
async fn memory_that_holds_little_waits_for_the_disk() {
    let shared = with_readings("[backlog]\nevents = 16\n", 170);
    let behind = Shelf::new(120);
    let resumed = "resumed, 91-170";
    assert_eq!(
        told(behind, &shared, "since=90").await,
        "anew, gap 91-170 <=80, 1 boards"
    );
    let abreast = Shelf::new(160);
    assert_eq!(told(abreast, &shared, "since=90").await, resumed);
    // Memory goes on before the disk is read.
    let (stream, opening) = Stream::with(Some(Shelf::new(160)), &shared, &wanted("since=90"));
    (171..=200).for_each(|seq| post(&shared, "a", &format!("t:{seq}")));
    assert_eq!(read(stream, opening).await, "resumed, 91-200");
}

#[tokio::test]
async fn another_id_is_told_where_it_begins() {
    let shared = with_readings("", 110);
    let (stream, opening) = Stream::open(&shared, &wanted("since=105"));
    let (until, next) = (110, "t".to_owned());
    shared.hub.journal.reserve("s", Reserved { until, next });
    post(&shared, "a", "t:111");
    (0..3).for_each(|_| shared.hub.journal.tick());
    assert_eq!(read(stream, opening).await, "resumed, t, 106-111");
    let (_, opening) = Stream::open(&shared, &wanted("stream=s&since=105"));
    assert!(opening.resumed && &*opening.stream == "t");
}

#[tokio::test]
async fn the_newest_arrives_across_the_seam() {
    let shared = with_readings("", 110);
    shared.hub.journal.close();
    let told = told(Shelf::new(BEFORE), &shared, "since=90&max_rate=0.01").await;
    assert!(told.starts_with("resumed, 91-91, "), "{told}");
    assert!(told.ends_with("110-110"), "{told}");
}

#[tokio::test]
async fn without_a_disk_memory_is_all() {
    let shared = with_readings("[backlog]\nevents = 16\n", 130);
    let (stream, opening) = Stream::open(&shared, &wanted("since=115"));
    assert!(opening.resumed && stream.disk.is_none());
    assert_eq!((stream.position(), opening.from), (115, 115));
    let (_, opening) = Stream::open(&shared, &wanted("since=20"));
    assert!(!opening.resumed && opening.gap.is_some());
    assert_eq!(opening.from, 130);
}
