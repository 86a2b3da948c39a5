//! Why a gateway would not start: its exit status, and the cure it names.

use crate::support::Gateway;
use crate::support::gateway::Refusal;

fn check(refusal: &Refusal, code: i32, words: &[&str]) {
    assert_eq!(refusal.code, Some(code), "{}", refusal.said);
    for word in words {
        assert!(refusal.said.contains(word), "`{word}` in\n{}", refusal.said);
    }
}

#[tokio::test]
async fn a_mistake_in_the_file_is_78_and_says_where_and_what_else() {
    let refusal = Gateway::refused("[server]\nlisen = \"127.0.0.1:8080\"\n").await;
    check(
        &refusal,
        78,
        &["config.toml", "lisen", "did you mean `listen`"],
    );
    let refusal = Gateway::refused("[[serial]]\nboard = \"a b\"\nport = \"/dev/x\"\n").await;
    check(&refusal, 78, &["config.toml", "a b"]);
    let refusal = Gateway::refused("[limits]\nmax_line = \"much\"\n").await;
    check(&refusal, 78, &["config.toml", "max_line"]);
    let refusal = Gateway::refused("[[serial]]\nport = \"/dev/x\"\n").await;
    check(&refusal, 78, &["board"]);
}

#[tokio::test]
async fn an_address_in_use_is_1_and_named() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let refusal = Gateway::refused(&format!("[server]\nlisten = \"{address}\"\n")).await;
    check(&refusal, 1, &[&address]);
}

#[tokio::test]
async fn listening_to_the_world_without_tokens_is_refused_with_the_cure() {
    let refusal = Gateway::refused("[server]\nlisten = \"0.0.0.0:0\"\n").await;
    assert!(matches!(refusal.code, Some(1 | 78)), "{:?}", refusal.code);
    assert!(refusal.said.contains("anonymous"), "{}", refusal.said);
}

#[tokio::test]
async fn wrong_usage_is_2() {
    let folder = tempfile::tempdir().unwrap();
    check(
        &Gateway::refused_with(&folder, &["--nonsense"]).await,
        2,
        &["--nonsense"],
    );
    check(
        &Gateway::refused_with(&folder, &["dance"]).await,
        2,
        &["dance"],
    );
}

#[tokio::test]
async fn the_version_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    check(
        &Gateway::refused_with(&folder, &["--version"]).await,
        0,
        &[],
    );
}
