use super::*;

fn ring(events: usize, bytes: usize) -> Ring {
    Ring::new(Backlog { events, bytes }, 1)
}

fn append(ring: &mut Ring, tails: &[&[u8]]) -> usize {
    let room: usize = tails.iter().map(|tail| tail.len() + encode::OVERHEAD).sum();
    let writing = ring.begin(0, room);
    for tail in tails {
        ring.push(&writing, Kind::Text, 0, Timestamp(0), tail);
    }
    let mut evicted = 0;
    ring.commit(writing, |_, _| evicted += 1);
    evicted
}

fn held(ring: &Ring, from: u64) -> Vec<u64> {
    let mut frames = Vec::new();
    ring.chunks(from, |span| {
        frames.extend_from_slice(&span.all());
        Go::On
    });
    encode::payloads(&frames)
        .map(|json| {
            serde_json::from_slice::<serde_json::Value>(json).unwrap()["seq"]
                .as_u64()
                .unwrap()
        })
        .collect()
}

#[test]
fn events_are_found_by_number() {
    let mut ring = ring(100, 1 << 20);
    append(&mut ring, &[b"}", b"}"]);
    append(&mut ring, &[b"}"]);
    assert_eq!(held(&ring, 1), [1, 2, 3]);
    assert_eq!(held(&ring, 2), [2, 3]);
    assert_eq!(held(&ring, 4), [0; 0]);
    assert_eq!((ring.first(), ring.head()), (1, 3));
}

#[test]
fn no_more_events_than_the_bound() {
    let mut ring = ring(4, 1 << 20);
    append(&mut ring, &[b"}", b"}", b"}"]);
    assert_eq!(append(&mut ring, &[b"}", b"}", b"}"]), 2);
    assert_eq!(held(&ring, 0), [3, 4, 5, 6]);
    assert_eq!(append(&mut ring, &[&b"}"[..]; 10]), 10);
    assert_eq!(held(&ring, 0), [13, 14, 15, 16]);
}

#[test]
fn a_full_ring_takes_little_more_than_it_holds() {
    let mut ring = ring(4096, 1 << 30);
    for _ in 0..20_000 {
        append(&mut ring, &[b"}"]);
    }
    let most = 4096 + 2 * SPARE;
    assert!(ring.entries.capacity() <= most && ring.chunks.capacity() <= most);
}

#[test]
fn no_more_memory_than_the_bound() {
    let mut ring = ring(1 << 20, 256 * 1024);
    let long = vec![b' '; 1000];
    for _ in 0..10_000 {
        append(&mut ring, &[&long]);
        assert!(ring.bytes() <= 256 * 1024);
    }
    assert!(
        ring.len() > 150,
        "most of the bound is used, not {} events",
        ring.len()
    );
}

#[test]
fn one_event_above_the_bound_is_kept_until_the_next() {
    let mut ring = ring(100, 4096);
    append(&mut ring, &[&vec![b' '; 100_000]]);
    assert_eq!(ring.len(), 1);
    append(&mut ring, &[b"}"]);
    assert_eq!(ring.len(), 1);
    assert!(ring.bytes() <= 8192);
}
