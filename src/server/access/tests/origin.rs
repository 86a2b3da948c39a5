//! Pages and their origins.

use super::*;

#[track_caller]
fn check_origin(host: &str, origin: &str, wanted: Option<OriginKind>) {
    let headers = headers(&[("host", host), ("origin", origin)]);
    let decided = policy(Anonymous::Viewer, &LISTED).origin(&headers);
    assert_eq!(decided.ok(), wanted, "Host `{host}`, Origin `{origin}`");
}

#[test]
fn an_origin_is_own_if_its_host_is() {
    let own = [
        ("gw:8080", "http://gw:8080"),
        ("gw:8080", "https://gw:8080"),
        ("GW.local:8080", "http://gw.Local:8080"),
        ("gw.:8080", "http://gw:8080"),
        ("gw", "http://gw"),
        ("gw", "http://gw:8080"),
        ("gw:80", "http://gw"),
        ("gw", "http://gw:80"),
        ("gw:443", "https://gw"),
        ("192.168.1.5:8080", "http://192.168.1.5:8080"),
        ("192.168.1.5:8080", "http://[::ffff:192.168.1.5]:8080"),
        ("[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080"),
        ("[fd00::5]", "http://[FD00::5]:8080"),
    ];
    for (host, origin) in own {
        check_origin(host, origin, Some(OriginKind::Own));
    }
}

#[test]
fn any_other_page_is_refused() {
    let denied = [
        ("gw:8080", "http://evil.example"),
        ("gw:8080", "http://gw"),
        ("gw:8080", "http://gw:8081"),
        ("gw:80", "https://gw"),
        ("gw:8080", "http://gw.evil.example:8080"),
        ("gw:8080", "http://evilgw:8080"),
        ("", "http://gw:8080"),
        ("[::1]:8080", "http://[::2]:8080"),
        // Browsers send hosts with such signs, so they are no proof of a board.
        ("gw:8080", "http://a~b.example"),
        ("gw:8080", "http://gw:99999"),
        ("gw:8080", "http://user@gw:8080"),
        ("a~b", "http://a~b"),
    ];
    for (host, origin) in denied {
        check_origin(host, origin, None);
    }
}

#[test]
fn listed_pages_are_accepted() {
    let listed = [
        "http://localhost:5173",
        "HTTP://LOCALHOST:5173",
        "https://panel.example",
        "https://panel.example:443",
        "null",
    ];
    for origin in listed {
        check_origin("gw:8080", origin, Some(OriginKind::Listed));
    }
    for origin in [
        "http://localhost",
        "http://panel.example",
        "https://panel.example:80",
    ] {
        check_origin("gw:8080", origin, None);
    }
    let strict = policy(Anonymous::Viewer, &[]);
    let disk = headers(&[("host", "gw"), ("origin", "null")]);
    let wanted = Err(Denied::Origin("null".to_owned()));
    assert_eq!(strict.origin(&disk), wanted);
}

#[test]
fn what_no_page_sends_is_accepted() {
    check_origin("gw:8080", "", Some(OriginKind::Absent));
    let boards = [
        "file://",
        "http://",
        "https://github.com/gilmaimon/TinyWebsockets",
        "http://evil.example/",
        "gw",
    ];
    for origin in boards {
        check_origin("gw:8080", origin, Some(OriginKind::NoPage));
    }
}

#[test]
fn one_bad_origin_of_two_is_bad() {
    let policy = policy(Anonymous::Viewer, &LISTED);
    for two in [
        ["http://evil.example", "file://"],
        ["file://", "http://evil.example"],
    ] {
        let headers = headers(&[("host", "gw"), ("origin", two[0]), ("origin", two[1])]);
        assert!(policy.origin(&headers).is_err(), "{two:?}");
    }
}
