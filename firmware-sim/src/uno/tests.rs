//! What needs no emulator: its words are understood, and errors name the cure.

use std::path::PathBuf;

use super::*;

async fn told(events: &str) -> (Board, Vec<Answer>) {
    let (said, board) = watch::channel(Board::default());
    let (answer, mut answers) = mpsc::channel(ANSWERS);
    told::listen(events.as_bytes(), said, answer).await;
    let mut given = Vec::new();
    while let Ok(answer) = answers.try_recv() {
        given.push(answer);
    }
    (board.borrow().clone(), given)
}

#[tokio::test]
async fn events_change_the_board() {
    let events = "plugged /dev/pts/7\nreset power\nopened\nreset watchdog\npins 32 0 4\n";
    let (board, answers) = told(events).await;
    assert_eq!(board.device, Some(PathBuf::from("/dev/pts/7")));
    assert_eq!((board.is_open, board.resets, board.bites), (true, 2, 1));
    assert_eq!(board.level(Pin::LED), Level::High);
    let pins = [1, 2, 13].map(|number| board.level(Pin::digital(number).unwrap()));
    assert_eq!(pins, [Level::Low, Level::High, Level::High]);
    assert!(answers.is_empty());
    let (board, _) = told("plugged /dev/pts/7\nopened\nunplugged\n").await;
    assert_eq!((board.device, board.is_open), (None, false));
}

#[tokio::test]
async fn answers_go_to_who_has_asked() {
    let (board, answers) = told("done\nstat cycles=5 lost=2\ndone\nrefused why not\n").await;
    let stat = Stat {
        cycles: 5,
        lost: 2,
        ..Stat::default()
    };
    let wanted = [Ok(None), Ok(Some(stat)), Err("why not".to_owned())];
    assert_eq!(answers, wanted);
    assert_eq!(board, Board::default());
}

#[test]
fn missing_packages_are_named_with_the_command_that_installs_them() {
    let error = UnoError::Packages(vec!["gcc-avr", "avr-libc"]).to_string();
    assert!(error.contains("needs gcc-avr avr-libc: sudo apt-get install -y"));
}

#[test]
fn a_sketch_that_is_not_included_is_a_file() {
    assert_eq!(Sketch::named("commands").unwrap(), Sketch::COMMANDS);
    assert!(Sketch::named("no-such-sketch").is_err());
}
