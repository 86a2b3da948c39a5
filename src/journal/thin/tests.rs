use super::*;

/// Readings as (time, kind) with a period of 10; gives what went out, when.
fn check(readings: &[(i64, u64)], wanted: &str) {
    let mut thinner = Thinner::new(10);
    let mut said = Vec::new();
    let mut out = Vec::new();
    for (seq, &(time, kind)) in readings.iter().enumerate() {
        thinner.release(Timestamp(time), &mut out);
        said.extend(
            out.drain(..)
                .map(|frame| String::from_utf8(frame.to_vec()).unwrap()),
        );
        let frame = format!("{time}{}", char::from(b'a' + kind as u8));
        let verdict = thinner.offer((0, kind), seq as u64, Timestamp(time), || {
            frame.clone().into()
        });
        if verdict == Verdict::Send {
            said.push(frame);
        }
    }
    thinner.detach();
    while let Some(due) = thinner.due() {
        thinner.release(due, &mut out);
    }
    said.extend(
        out.drain(..)
            .map(|frame| String::from_utf8(frame.to_vec()).unwrap()),
    );
    assert_eq!(said.join(" "), wanted);
}

#[test]
fn the_first_after_a_quiet_period_goes_at_once() {
    check(&[(0, 0), (10, 0), (25, 0)], "0a 10a 25a");
}

#[test]
fn the_newest_always_arrives() {
    check(&[(0, 0), (1, 0), (2, 0), (3, 0)], "0a 3a");
    check(
        &[(0, 0), (9, 0), (11, 0), (12, 0), (40, 0)],
        "0a 9a 12a 40a",
    );
}

#[test]
fn each_set_of_channels_has_its_own_period() {
    check(
        &[(0, 0), (1, 1), (2, 0), (3, 1), (11, 2)],
        "0a 1b 2a 3b 11c",
    );
}

#[test]
fn beyond_sixteen_sets_nothing_is_thinned() {
    let mut thinner = Thinner::new(10);
    for kind in 0..17 {
        thinner.offer((0, kind), 0, Timestamp(0), Bytes::new);
    }
    assert_eq!(
        thinner.offer((0, 15), 1, Timestamp(1), Bytes::new),
        Verdict::Held
    );
    assert_eq!(
        thinner.offer((0, 16), 1, Timestamp(1), Bytes::new),
        Verdict::Send
    );
    assert_eq!(
        thinner.offer((1, 16), 1, Timestamp(1), Bytes::new),
        Verdict::Send
    );
}

#[test]
fn a_set_that_is_quiet_makes_room_for_another() {
    let mut thinner = Thinner::new(10);
    let mut offer = |kind, time| thinner.offer((0, kind), 0, Timestamp(time), Bytes::new);
    for kind in 0..16 {
        assert_eq!(offer(kind, 0), Verdict::Send);
    }
    assert_eq!(offer(16, 10), Verdict::Send);
    assert_eq!(offer(16, 11), Verdict::Held);
}
