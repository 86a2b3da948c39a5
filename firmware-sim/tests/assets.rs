//! The page and its files, as they are inside the program: with a dashboard, or with the page
//! that says how to build one.

use crate::support::{Answer, Gateway};

/// Paths in this folder are never used again for something else.
const HASHED: &str = "/assets/";

async fn get(gateway: &Gateway, path: &str, headers: &[(&str, &str)]) -> Answer {
    gateway.http("GET", path, headers, "").await
}

/// The files that the page loads, and those that may be there beside it.
async fn files(gateway: &Gateway) -> Vec<String> {
    let page = get(gateway, "/", &[]).await.text();
    let attributes = ["src=\"", "href=\""];
    let values = attributes.iter().flat_map(|name| page.split(name).skip(1));
    let paths = values.filter_map(|rest| rest.split('"').next());
    // Links of the page for people lead to places of the gateway, not to files.
    let is_file = |path: &&str| {
        path.rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'))
    };
    let paths = paths.filter(is_file).map(|path| {
        let path = path.strip_prefix('.').unwrap_or(path);
        assert!(path.starts_with('/'), "{path} is somewhere else");
        path.to_owned()
    });
    let mut files: Vec<String> = paths.collect();
    files.push("/".to_owned());
    for beside in ["/client.js", "/favicon.svg", "/licenses.txt"] {
        if get(gateway, beside, &[]).await.status == 200 {
            files.push(beside.to_owned());
        }
    }
    files
}

fn check_head(path: &str, answer: &Answer) {
    let head = &answer.head;
    let has =
        |name: &str, value: &str| assert_eq!(answer.header(name), Some(value), "{path} {head}");
    assert_eq!(answer.status, 200, "{path} {head}");
    has("X-Content-Type-Options", "nosniff");
    has("Referrer-Policy", "no-referrer");
    has("Vary", "Accept-Encoding");
    let length = answer.body.len().to_string();
    has("Content-Length", &length);
    if path.starts_with(HASHED) {
        has("Cache-Control", "public, max-age=31536000, immutable");
    } else {
        has("Cache-Control", "no-cache");
    }
    let kind = answer.header("Content-Type").unwrap_or_default();
    let end = path.rsplit('.').next().unwrap();
    let wanted = match end {
        "/" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => kind,
    };
    assert_eq!(kind, wanted, "{path}");
    let is_for_all = answer.header("Access-Control-Allow-Origin") == Some("*");
    assert_eq!(is_for_all, path == "/client.js", "{path} {head}");
}

#[tokio::test]
async fn every_file_of_the_page_is_there() {
    let gateway = Gateway::start("").await;
    for path in files(&gateway).await {
        let plain = get(&gateway, &path, &[]).await;
        check_head(&path, &plain);
        assert_eq!(plain.header("Content-Encoding"), None, "{path}");
        let tag = plain.header("Etag").unwrap().to_owned();
        let mut tags = vec![tag.clone()];
        for coding in ["br", "gzip"] {
            let packed = get(&gateway, &path, &[("Accept-Encoding", coding)]).await;
            check_head(&path, &packed);
            if packed.header("Content-Encoding").is_none() {
                // There is no such form of it.
                assert_eq!(packed.body, plain.body, "{path} {coding}");
                continue;
            }
            assert_eq!(packed.header("Content-Encoding"), Some(coding), "{path}");
            assert!(packed.body.len() < plain.body.len(), "{path} {coding}");
            tags.push(packed.header("Etag").unwrap().to_owned());
            let refused = [("Accept-Encoding", format!("{coding};q=0"))];
            let refused = refused.each_ref().map(|(name, value)| (*name, &**value));
            let refused = get(&gateway, &path, &refused).await;
            assert_eq!(refused.body, plain.body, "{path} {coding}");
        }
        let count = tags.len();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), count, "{path}: a tag is of one form");
        check_known(&gateway, &path, &tag).await;
        let head = gateway.http("HEAD", &path, &[], "").await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(
            head.header("Content-Length"),
            plain.header("Content-Length")
        );
        let put = gateway.http("PUT", &path, &[], "").await;
        assert_eq!((put.status, put.header("Allow")), (405, Some("GET, HEAD")));
    }
}

/// Whoever has it is not sent it again.
async fn check_known(gateway: &Gateway, path: &str, tag: &str) {
    for known in [tag, &format!("W/{tag}"), &format!("\"x\", {tag}"), "*"] {
        let again = get(gateway, path, &[("If-None-Match", known)]).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
        assert_eq!(again.header("Etag"), Some(tag), "{path}");
        assert!(again.header("Cache-Control").is_some(), "{path}");
    }
    let other = get(gateway, path, &[("If-None-Match", "\"x\"")]).await;
    assert_eq!(other.status, 200, "{path}");
}

#[tokio::test]
async fn the_page_may_load_nothing_from_elsewhere() {
    let gateway = Gateway::start("").await;
    let page = get(&gateway, "/", &[]).await;
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let text = page.text();
    for inline in ["<style", "<script>", " style=", " onclick="] {
        assert!(!text.contains(inline), "{inline} in {text}");
    }
}

#[tokio::test]
async fn what_is_no_file_of_the_page_is_not_there() {
    let gateway = Gateway::start("").await;
    for path in [
        "/index.html.br",
        "/client.js.gz",
        "/assets/",
        "/assets/none.js",
        "/../config.toml",
        "/%2e%2e/config.toml",
        "/assets/..%2f..%2fconfig.toml",
        "/config.toml",
    ] {
        let answer = get(&gateway, path, &[]).await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (404, "not_found"),
            "{path}"
        );
    }
    let rebound = get(&gateway, "/", &[("Host", "evil.example")]).await;
    assert_eq!(rebound.status, 403);
}
