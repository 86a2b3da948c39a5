//! Files that are inside every build, and what is in none.

use http_body_util::BodyExt;
use hyper::header::{ACCEPT_ENCODING, IF_NONE_MATCH};

use super::*;

fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
    let pairs = pairs.iter();
    let pairs = pairs.map(|(name, value)| (name.clone(), value.parse().unwrap()));
    pairs.collect()
}

#[test]
fn only_files_have_paths() {
    let cases = [
        ("/", true),
        ("/index.html", true),
        ("", false),
        ("index.html", false),
        ("//index.html", false),
        ("/./index.html", false),
        ("/../Cargo.toml", false),
        ("/../missing/index.html", false),
        ("/assets/../index.html", false),
        ("/assets/", false),
        ("/index.html/", false),
        ("/index.html.br", false),
        ("/index.html.gz", false),
        ("/client.js.br", false),
        ("/%69ndex.html", false),
        ("/..%2fCargo.toml", false),
        ("/\\index.html", false),
        ("/etc/passwd", false),
    ];
    for (path, wanted) in cases {
        assert_eq!(exists(path), wanted, "{path}");
    }
}

#[test]
fn kinds_have_their_charset() {
    let cases = [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/a-1.js", "text/javascript; charset=utf-8"),
        ("assets/a-1.css", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
        (
            "manifest.webmanifest",
            "application/manifest+json; charset=utf-8",
        ),
        ("licenses.txt", "text/plain; charset=utf-8"),
        ("odd", "application/octet-stream"),
    ];
    for (name, wanted) in cases {
        assert_eq!(kind(name), wanted, "{name}");
    }
}

#[test]
fn only_hashed_names_are_kept_for_ever() {
    let cases = [
        ("assets/index-Ab12.js", "immutable"),
        ("index.html", "no-cache"),
        ("client.js", "no-cache"),
    ];
    for (name, wanted) in cases {
        let caching = caching(name);
        assert!(caching.to_str().unwrap().ends_with(wanted), "{name}");
    }
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let first = answer("/", &HeaderMap::new());
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()[CONTENT_SECURITY_POLICY], POLICY);
    let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
    let again = answer("/", &headers(&[(IF_NONE_MATCH, &tag)]));
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()[ETAG], *tag);
    assert!(!again.headers().contains_key(CONTENT_LENGTH));
    let body = again.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body.len(), 0);
    let other = answer("/", &headers(&[(IF_NONE_MATCH, "\"other\"")]));
    assert_eq!(other.status(), StatusCode::OK);
}

#[test]
fn who_takes_no_form_gets_none() {
    let nothing = headers(&[(ACCEPT_ENCODING, "*;q=0")]);
    assert_eq!(answer("/", &nothing).status(), StatusCode::NOT_ACCEPTABLE);
}

#[test]
fn the_client_is_for_pages_of_any_origin() {
    let mut told = HeaderMap::new();
    protect(CLIENT, &mut told);
    assert_eq!(told[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert_eq!(told[RESOURCE_POLICY], "cross-origin");
    told.clear();
    protect("assets/client.js", &mut told);
    assert!(!told.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
}
