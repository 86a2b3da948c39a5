//! Which form of a file a client takes, by `Accept-Encoding` (RFC 9110, 12.5.3).
//! Knows nothing of files.

use hyper::header::{ACCEPT_ENCODING, HeaderMap};

/// A form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Brotli, the smallest.
    Brotli,
    /// gzip.
    Gzip,
    /// As it is.
    Identity,
}

/// How much a client likes each form, in thousandths; 0 is not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    brotli: u16,
    gzip: u16,
    identity: u16,
}

const FULL: u16 = 1000;

/// Of the plain form where it is not named: it is acceptable then, behind all that is named.
const UNNAMED: u16 = 1;

impl Coding {
    /// Forms that are files of their own, beside the plain one.
    pub const COMPRESSED: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// As `Content-Encoding` has it; nothing for the plain form.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What stands behind the name of the file.
    pub fn end(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

impl Weights {
    /// Of a request. Without the header it is the plain form alone, for whoever does not say
    /// that he can unpack. What cannot be understood is left out.
    pub fn of(request: &HeaderMap) -> Self {
        let lines = request.get_all(ACCEPT_ENCODING).iter();
        let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
        let named = |wanted: &[&str]| {
            let members = lines.iter().flat_map(|line| line.split(','));
            let mut members = members.filter_map(member);
            let is_wanted = |name: &str| wanted.iter().any(|one| name.eq_ignore_ascii_case(one));
            members.find_map(|(name, weight)| is_wanted(name).then_some(weight))
        };
        let any = named(&["*"]);
        Self {
            brotli: named(&["br"]).or(any).unwrap_or(0),
            gzip: named(&["gzip", "x-gzip"]).or(any).unwrap_or(0),
            identity: named(&["identity"]).or(any).unwrap_or(UNNAMED),
        }
    }

    /// The forms that are taken, the best first; of those liked as much, the smallest.
    pub fn in_order(self) -> impl Iterator<Item = Coding> {
        let mut all = [
            (self.brotli, Coding::Brotli),
            (self.gzip, Coding::Gzip),
            (self.identity, Coding::Identity),
        ];
        all.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        let taken = all.into_iter().filter(|(weight, _)| *weight > 0);
        taken.map(|(_, coding)| coding)
    }
}

/// `gzip;q=0.5`
fn member(text: &str) -> Option<(&str, u16)> {
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let weight = match parameters.trim() {
        "" => FULL,
        parameters => weight(parameters)?,
    };
    Some((name.trim(), weight))
}

/// From 0 to 1 with at most three decimals.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let value = value.trim();
    if !name.trim().eq_ignore_ascii_case("q") || value.len() > 5 {
        return None;
    }
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    if !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let thousandths = format!("{decimals:0<3}").parse::<u16>().ok()?;
    match whole.parse::<u16>().ok()? {
        0 => Some(thousandths),
        1 if thousandths == 0 => Some(FULL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: Option<&str>, wanted: &str) {
        let mut headers = HeaderMap::new();
        if let Some(text) = header {
            headers.insert(ACCEPT_ENCODING, text.parse().unwrap());
        }
        let order = Weights::of(&headers).in_order();
        let order: Vec<_> = order.map(|one| one.name().unwrap_or("plain")).collect();
        assert_eq!(order.join(" "), wanted, "{header:?}");
    }

    #[test]
    fn the_client_says_which_form_it_takes() {
        check(None, "plain");
        check(Some(""), "plain");
        check(Some("gzip, deflate, br, zstd"), "br gzip plain");
        check(Some("gzip, deflate"), "gzip plain");
        check(Some("BR ; Q=1.000"), "br plain");
        check(Some("x-gzip"), "gzip plain");
        check(Some("br;q=0.5, gzip;q=0.8"), "gzip br plain");
        check(Some("br;q=0, gzip"), "gzip plain");
        check(Some("br;q=0.001"), "br plain");
        check(Some("identity;q=0.5, gzip;q=0.4"), "plain gzip");
        check(Some("identity"), "plain");
        check(Some("*"), "br gzip plain");
        check(Some("*;q=0.5, gzip"), "gzip br plain");
        check(Some("*;q=0"), "");
        check(Some("identity;q=0"), "");
        check(Some("gzip, identity;q=0"), "gzip");
        check(Some("gzip, *;q=0"), "gzip");
        check(Some("identity, *;q=0"), "plain");
    }

    #[test]
    fn what_cannot_be_understood_is_left_out() {
        for bad in [
            "br;q=2",
            "br;q=1.5",
            "br;q=-1",
            "br;q=abc",
            "br;q=0.1234",
            "br;level=5",
            "br;q",
            "br;q=+1",
            ";;,,=",
        ] {
            check(Some(bad), "plain");
            check(Some(&format!("{bad}, gzip;q=0.2")), "gzip plain");
        }
    }
}
