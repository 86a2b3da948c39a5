//! Names and addresses of the gateway.

use super::*;

/// Hosts that loopback without tokens accepts, that `anonymous` accepts, or nobody.
#[track_caller]
fn check_host(hosts: &[&str], on_loopback: bool, with_anonymous: bool) {
    for host in hosts {
        let headers = headers(&[("host", host)]);
        let decide = |anonymous| {
            let policy = policy(anonymous, &LISTED);
            policy.host(&headers, HostRule::Required).is_ok()
        };
        assert_eq!(decide(Anonymous::None), on_loopback, "loopback: `{host}`");
        assert_eq!(decide(Anonymous::Viewer), with_anonymous, "`{host}`");
        assert_eq!(decide(Anonymous::Operator), with_anonymous, "`{host}`");
    }
}

#[test]
fn a_host_must_be_a_name_of_this_gateway() {
    let loopback = [
        "localhost",
        "LocalHost:8080",
        "localhost.:8080",
        "127.0.0.1:8080",
        "127.9.9.9",
        "[::1]:8080",
        "[::ffff:127.0.0.1]:8080",
    ];
    check_host(&loopback, true, true);
    let addresses = [
        "192.168.1.5",
        "192.168.1.5:8080",
        "[fd00::5]:8080",
        "[::ffff:192.168.1.5]",
    ];
    check_host(&addresses, false, true);
    let names = [
        "raspberrypi",
        "RASPBERRYPI.local:8080",
        "raspberrypi.lan",
        "panel.example",
    ];
    check_host(&names, false, true);
    let others = [
        "evil.example",
        "localhost.evil.example",
        "raspberrypi.evil.example",
        "127.0.0.1.evil.example",
        "evil.local",
        "localhost::8080",
        "localhost:x",
        "[::1",
        "a b",
        ":8080",
    ];
    check_host(&others, false, false);
}

#[test]
fn a_host_may_be_missing_only_for_boards() {
    let policy = policy(Anonymous::None, &[]);
    let none = headers(&[]);
    assert_eq!(policy.host(&none, HostRule::Optional), Ok(()));
    assert_eq!(policy.host(&none, HostRule::Required), Err(Denied::NoHost));
    let evil = headers(&[("host", "evil.example")]);
    assert!(policy.host(&evil, HostRule::Optional).is_err());
    let two = headers(&[("host", "localhost"), ("host", "evil.example")]);
    assert_eq!(policy.host(&two, HostRule::Optional), Err(Denied::NoHost));
}
