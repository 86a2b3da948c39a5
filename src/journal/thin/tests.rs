use super::*;

/// Readings as (time, kind) with a period of 10; gives what went out, when.
fn check(readings: &[(i64, u64)], wanted: &str) {
    let mut thinner = Thinner::new(10);
    let text = |seq: u64| {
        let (time, kind) = readings[seq as usize];
        format!("{time}{}", char::from(b'a' + kind as u8))
    };
    let frame = |seq| Some(Bytes::from(text(seq)));
    let mut out = Vec::new();
    for (seq, &(time, kind)) in (0..).zip(readings) {
        thinner.release(Timestamp(time), frame, &mut out);
        if thinner.offer((0, kind), seq, Timestamp(time)) == Verdict::Send {
            out.push(text(seq).into());
        }
    }
    thinner.detach(frame);
    while let Some(due) = thinner.due() {
        thinner.release(due, |_| None, &mut out);
    }
    let said: Vec<_> = out
        .iter()
        .map(|frame| str::from_utf8(frame).unwrap())
        .collect();
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
        thinner.offer((0, kind), 0, Timestamp(0));
    }
    assert_eq!(thinner.offer((0, 15), 1, Timestamp(1)), Verdict::Held);
    assert_eq!(thinner.offer((0, 16), 1, Timestamp(1)), Verdict::Send);
    assert_eq!(thinner.offer((1, 16), 1, Timestamp(1)), Verdict::Send);
}

#[test]
fn a_set_that_is_quiet_makes_room_for_another() {
    let mut thinner = Thinner::new(10);
    let mut offer = |kind, time| thinner.offer((0, kind), 0, Timestamp(time));
    for kind in 0..16 {
        assert_eq!(offer(kind, 0), Verdict::Send);
    }
    assert_eq!(offer(16, 10), Verdict::Send);
    assert_eq!(offer(16, 11), Verdict::Held);
}
