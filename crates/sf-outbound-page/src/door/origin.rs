//! Where a request says that it comes from, and whom it says that it means.

use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use std::net::IpAddr;

/// What browsers alone send, with each request.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request tells of the page that it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A form or script of the server's own page.
    Own,
    /// No page: another program, or what a user has typed.
    Untold,
    /// Another page.
    Foreign,
}

/// Whether a request means one host, and says so in one way; `None` for none, where that is no fault.
pub(super) fn host(uri: &Uri, headers: &HeaderMap) -> Result<Option<Authority>, ()> {
    let mut given = headers.get_all(HOST).iter();
    let host = given.next().map(|host| host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()));
    let host = host.map(|host| host.filter(|host| !host.as_str().contains('@')).ok_or(())).transpose()?;
    let is_twofold = given.next().is_some()
        || uri.authority().is_some_and(|other| host.as_ref().is_none_or(|host| !is_same(host, other)));
    if is_twofold { Err(()) } else { Ok(host) }
}

fn is_same(one: &Authority, other: &Authority) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

/// Whether a host is this machine: a web page whose name was made to lead here is of another.
pub(super) fn is_local(host: &Authority) -> bool {
    let name = host.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) fn origin(headers: &HeaderMap) -> Origin {
    let host = headers.get(HOST);
    let mut origins = headers.get_all(ORIGIN).iter();
    let mut sites = headers.get_all(SITE).iter();
    // One that can't be read is another's.
    let is_here = |origin: &HeaderValue| {
        let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|parts| parts.1);
        authority
            .zip(host.and_then(|host| host.to_str().ok()))
            .is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let told = headers.contains_key(ORIGIN) || headers.get(SITE).is_some_and(|site| site == "same-origin");
    if !origins.all(is_here) || !sites.all(|site| site == "same-origin" || site == "none") {
        return Origin::Foreign;
    }
    // Where a user has typed an address, no form stands.
    let is_typed = headers.get(SITE).is_some_and(|site| site == "none");
    if told && !is_typed { Origin::Own } else { Origin::Untold }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in ["localhost", "LOCALHOST:8099", "127.0.0.1:1", "127.8.8.8", "[::1]:8099", "[::1]"] {
            assert!(is_local(&host.parse().unwrap()), "{host}");
        }
        for host in
            ["evil.example:8099", "localhost.evil.example", "10.0.0.1", "[::2]:1", "0x7f.1", "localhost."]
        {
            assert!(!is_local(&host.parse().unwrap()), "{host}");
        }
    }

    #[test]
    fn one_host_is_named_in_one_way() {
        let host = |uri: &'static str, hosts: &[&'static str]| {
            let headers = hosts.iter().map(|host| (HOST, HeaderValue::from_static(host))).collect();
            super::host(&Uri::from_static(uri), &headers).map(|host| host.map(|host| host.to_string()))
        };
        assert_eq!(host("/", &["a:1"]), Ok(Some("a:1".into())));
        assert_eq!(host("/", &[]), Ok(None));
        assert_eq!(host("http://A:1/", &["a:1"]), Ok(Some("a:1".into())));
        for (uri, hosts) in [
            ("/", &["a", "a"][..]),
            ("/", &[""]),
            ("/", &["127.0.0.1@evil.example"]),
            ("/", &["a/b"]),
            ("/", &["a b"]),
            ("http://b/", &["a"]),
            ("http://b/", &[]),
        ] {
            assert_eq!(host(uri, hosts), Err(()), "{uri} {hosts:?}");
        }
    }

    #[test]
    fn an_origin_is_own_where_each_word_says_so() {
        for (lines, expected) in [
            (&[][..], Origin::Untold),
            (&[("sec-fetch-site", "none")], Origin::Untold),
            (&[("origin", "http://a:1")], Origin::Own),
            (&[("origin", "https://A:1"), ("sec-fetch-site", "same-origin")], Origin::Own),
            (&[("sec-fetch-site", "same-origin")], Origin::Own),
            (&[("origin", "http://a:1"), ("sec-fetch-site", "none")], Origin::Untold),
            (&[("origin", "http://a")], Origin::Foreign),
            (&[("origin", "null")], Origin::Foreign),
            (&[("origin", "")], Origin::Foreign),
            (&[("origin", "http://a:1"), ("origin", "http://b")], Origin::Foreign),
            (&[("origin", "http://b"), ("sec-fetch-site", "same-origin")], Origin::Foreign),
            (&[("origin", "http://a:1"), ("sec-fetch-site", "same-site")], Origin::Foreign),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], Origin::Foreign),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("a:1"));
            for (name, value) in lines {
                headers.append(*name, HeaderValue::from_static(value));
            }
            assert_eq!(origin(&headers), expected, "{lines:?}");
        }
    }
}
