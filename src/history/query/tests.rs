//! Questions, and answers word by word.

use super::model::{self, Past, said};
use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

fn greenhouse() -> Past {
    Past::whole(said(&[
        (3600.0, r#"{"t":20,"h":48}"#),
        (3601.5, r#"{"t":21.5,"h":null}"#),
        (3659.999_999, r#"{"t":25,"on":true}"#),
        (3660.0, r#"{"note":"say \"hi\", twice"}"#),
        (7300.25, r#"{"t":-1.5,"on":false}"#),
    ]))
}

fn check_json(query: &str, wanted: &str) {
    let got = model::json(&greenhouse(), query, NOW);
    assert_eq!(got, Ok(wanted.replace("\n ", "")), "{query}");
}

fn check_csv(query: &str, wanted: &str) {
    let got = model::csv(&greenhouse(), query, NOW);
    assert_eq!(got, Ok(wanted.replace('\n', "\r\n")), "{query}");
}

#[test]
fn few_readings_come_as_they_were() {
    check_json(
        "to=3700000",
        r#"{"board":"b","from":3600000.000,"to":3700000.000,
 "time":[3600000.000,3601500.000,3659999.999,3660000.000],
 "values":{"t":[20,21.5,25,null],"h":[48,null,null,null],"on":[null,null,true,null],
 "note":[null,null,null,"say \"hi\", twice"]}}"#,
    );
}

#[test]
fn the_first_time_belongs_to_a_span_and_the_last_does_not() {
    check_json(
        "from=3601500&to=3659999.999&channels=t,nope,t",
        r#"{"board":"b","from":3601500.000,"to":3659999.999,
 "time":[3601500.000],"values":{"t":[21.5],"nope":[null]}}"#,
    );
}

#[test]
fn buckets_have_means_and_extremes() {
    check_json(
        "to=8000000&every=1m&channels=h,t,note",
        r#"{"board":"b","from":3600000.000,"to":8000000.000,"every":60000,
 "time":[3600000,3660000,7260000],
 "values":{"h":[48,null,null],"t":[22.166666666666668,null,-1.5],"note":[null,null,null]},
 "min":{"h":[48,null,null],"t":[20,null,-1.5],"note":[null,null,null]},
 "max":{"h":[48,null,null],"t":[25,null,-1.5],"note":[null,null,null]}}"#,
    );
    check_json(
        "to=8000000&every=1h&channels=on",
        r#"{"board":"b","from":3600000.000,"to":8000000.000,"every":3600000,
 "time":[3600000,7200000],"values":{"on":[1,0]},"min":{"on":[1,0]},"max":{"on":[1,0]}}"#,
    );
}

#[test]
fn nothing_is_an_empty_answer() {
    check_json(
        "from=0&to=1000&channels=t",
        r#"{"board":"b","from":0.000,"to":1000.000,"time":[],"values":{"t":[]}}"#,
    );
    check_json(
        "to=1000&every=1s&channels=t",
        r#"{"board":"b","from":1000.000,"to":1000.000,"every":1000,"time":[],
 "values":{"t":[]},"min":{"t":[]},"max":{"t":[]}}"#,
    );
    check_csv("from=0&to=1000&channels=t", "time,t\n");
}

#[test]
fn rows_are_what_spreadsheets_read() {
    check_csv(
        "",
        "time,t,h,on,note
3600000.000,20,48,,
3601500.000,21.5,,,
3659999.999,25,,true,
3660000.000,,,,\"say \"\"hi\"\", twice\"
7300250.000,-1.5,,false,
",
    );
    check_csv(
        "every=1h&channels=t",
        "time,t,t_min,t_max
3600000,22.166666666666668,20,25
7200000,-1.5,-1.5,-1.5
",
    );
}

#[test]
fn questions_are_checked() {
    let cases = [
        ("from=x", "`from` is no time: take ms since 1970"),
        ("to=24h", "`to` is no time: did you mean -24h?: `24h`"),
        ("from=5&to=5", "`from` must be earlier than `to`"),
        ("from=now&to=-1h", "`from` must be earlier than `to`"),
        ("from=2100-01-01T00:00:00Z", "`from` lies in the future"),
        ("points=0", "`points` must be a number from 1 to 10000: `0`"),
        ("points=10001", "`points` must be a number from 1 to 10000"),
        ("points=x", "`points` must be a number from 1 to 10000"),
        (
            "every=90s",
            "`every` must be whole minutes where it is above one: take 2m",
        ),
        ("every=0", "`every` must be above 0, as in 10s: `0`"),
        (
            "points=5&every=1s",
            "`points` and `every` exclude each other",
        ),
        (
            "every=1s&points=5",
            "`points` and `every` exclude each other",
        ),
        ("channels=a,,b", "`channels` has an empty name: `a,,b`"),
        ("format=xml", "`format` is json or csv, not `xml`"),
        ("every=1s", "1799996401 points are too many: take every="),
    ];
    for (query, wanted) in cases {
        let why = model::json(&greenhouse(), query, NOW).unwrap_err();
        assert!(why.starts_with(wanted), "{query}: {why}");
    }
    let many = "a,".repeat(1025).trim_end_matches(',').to_owned();
    assert!(Question::from_query(&format!("channels={many}"), NOW).is_ok());
    let many: Vec<_> = (0..1025).map(|n| n.to_string()).collect();
    let query = format!("channels={}", many.join(","));
    let why = Question::from_query(&query, NOW).unwrap_err();
    assert_eq!(why, "more than 1024 names in `channels`");
}

#[test]
fn questions_are_read() {
    let all = Question {
        from: None,
        to: None,
        channels: None,
        detail: Detail::All,
        format: Format::Json,
    };
    let check = |query: &str, wanted: Question| {
        assert_eq!(Question::from_query(query, NOW), Ok(wanted), "{query}");
    };
    check("", all.clone());
    check("channels=&to=now&token=x", all.clone());
    check(
        "from=-1s&channels=b,a%20b,b&points=7&format=csv",
        Question {
            from: Some(NOW.plus(-1_000_000)),
            channels: Some(vec!["b".into(), "a b".into()]),
            detail: Detail::Points(7),
            format: Format::Csv,
            ..all
        },
    );
}

#[test]
fn many_readings_are_taken_from_minutes() {
    // One more than are summed one by one, 5 ms apart.
    let said = (0..100_001).map(|n| (n * 5000, said(&[(0.0, r#"{"t":1}"#)])[0].1.clone()));
    let past = Past::whole(said.collect());
    let now = Timestamp(500_005_000);
    let why = model::json(&past, "every=1s", now).unwrap_err();
    assert!(
        why.starts_with("too many readings for every=1s: take every=1m"),
        "{why}"
    );
    let check = |query: &str, wanted: &str| {
        let text = model::json(&past, query, now).unwrap();
        let start = &text[text.find(r#""every""#).unwrap()..];
        assert!(start.starts_with(wanted), "{query}: {}", &start[..60]);
    };
    check("points=500", r#""every":60000,"time":[0,60000,120000,"#);
    check(
        "points=500&from=60000",
        r#""every":881,"time":[59908,60789,"#,
    );
}
