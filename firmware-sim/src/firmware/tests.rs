//! Facts about what the sketches print.

use super::*;

const AT: Duration = Duration::from_secs(100);

fn check(sketch: Sketch, shape: &str) {
    let line = Firmware::new(sketch, 1).report(AT);
    let digits = |c: char| c.is_ascii_digit() || c == '-' || c == '.';
    let mut seen = String::new();
    for c in line.chars() {
        match digits(c) {
            true if seen.ends_with('#') => {}
            true => seen.push('#'),
            false => seen.push(c),
        }
    }
    assert_eq!(seen, shape, "{line}");
}

#[test]
fn greenhouse_prints_flat_json() {
    check(
        Sketch::Greenhouse,
        r##"{"temperature":#,"humidity":#,"light":#,"soil":#,"led":false}"##,
    );
}

#[test]
fn weather_prints_labelled_pairs() {
    check(Sketch::Weather, "Temperature:#,Humidity:#,Pressure:#");
}

#[test]
fn workshop_prints_as_many_values_as_its_header_names() {
    check(Sketch::Workshop, "#,#,#");
    assert_eq!(sensors::WORKSHOP_HEADER.split(',').count(), 3);
}

#[test]
fn shed_nests_its_json() {
    check(
        Sketch::Shed,
        r##"{"air":{"temperature":#,"humidity":#},"door":"open"}"##,
    );
}

#[test]
fn mailbox_prints_form_data() {
    check(Sketch::Mailbox, "weight=#&flag=false&battery=#");
}

#[test]
fn a_dht_that_fails_has_neither_value() {
    let weather = Firmware::new(Sketch::Weather, 1);
    let failed = (0..400)
        .map(|quarter| weather.report(Duration::from_millis(quarter * 250)))
        .find(|line| line.contains("nan"))
        .expect("one reading in 50 fails");
    assert!(
        failed.starts_with("Temperature:nan,Humidity:nan,Pressure:"),
        "{failed}"
    );
}

#[test]
fn commands_are_answered_and_a_reset_forgets_them() {
    let mut board = Firmware::new(Sketch::Greenhouse, 1);
    assert_eq!(board.answer("LED ON\r").as_deref(), Some("ok led on"));
    assert!(board.report(AT).ends_with(r#""led":true}"#));
    assert_eq!(board.answer("JUMP").as_deref(), Some("err unknown command"));
    assert_eq!(board.reset().len(), 2);
    assert!(board.report(AT).ends_with(r#""led":false}"#));
    assert_eq!(Firmware::new(Sketch::Weather, 1).answer("LED ON"), None);
}
