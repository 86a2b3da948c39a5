//! `boardcast release` and `boardcast resume`, as a student types them.

use super::device;
use crate::serial::Bench;
use crate::support::run;

async fn check(bench: &Bench, arguments: &[&str], code: i32, words: &[&str]) {
    let url = format!("http://{}", bench.gateway.address());
    let mut all = arguments.to_vec();
    all.extend(["--url", &url]);
    let output = run(&all).await;
    let said = String::from_utf8_lossy(if code == 0 {
        &output.stdout
    } else {
        &output.stderr
    });
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {output:?}"
    );
    for word in words {
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn a_port_is_released_and_taken_back() {
    let bench = Bench::online("").await;
    let device = device(&bench);
    let path = device.to_str().unwrap();
    let free = format!("greenhouse: {path} is free for 1m, until ");
    let words = [&*free, "(boardcast resume greenhouse takes it back)"];
    check(&bench, &["release", "greenhouse"], 0, &words).await;
    assert!(!bench.gateway.has_open(&device));
    let arguments = ["release", "greenhouse", "--for", "5m"];
    check(&bench, &arguments, 0, &["is free for 5m"]).await;
    let back = format!("greenhouse: online, {path}");
    check(&bench, &["resume", "greenhouse"], 0, &[&back]).await;
    assert!(bench.gateway.has_open(&device));
    check(&bench, &["resume", "greenhouse"], 0, &[&back]).await;
}

#[tokio::test]
async fn what_does_not_work_is_a_failure_in_words() {
    let bench = Bench::online("").await;
    bench.gateway.post("porch", "t:1").await;
    let unknown = ["no board is called `attic`"];
    check(&bench, &["release", "attic"], 1, &unknown).await;
    check(&bench, &["resume", "attic"], 1, &unknown).await;
    check(
        &bench,
        &["release", "porch"],
        1,
        &["porch has no serial port"],
    )
    .await;
    let bounds = ["does not lie between 1s and 1h"];
    let arguments = ["release", "greenhouse", "--for", "2h"];
    check(&bench, &arguments, 2, &bounds).await;
    assert!(bench.gateway.has_open(&device(&bench)));
}
