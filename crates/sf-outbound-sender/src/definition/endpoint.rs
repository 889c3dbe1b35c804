//! Where Salesforce sends to, and where it does not.

use http::Uri;

const PORT: &str = "Salesforce does not send to this port";

/// Whether a reason is about the port.
pub(crate) fn is_about_port(why: &str) -> bool {
    why == PORT
}

/// Why Salesforce would not send to a URL, and what to do; never a part of the URL.
pub(crate) fn refused(endpoint: &str) -> Option<(&'static str, &'static str)> {
    const EXAMPLE: &str = "write a whole URL, such as http://localhost:8080/salesforce";
    let Ok(uri) = endpoint.parse::<Uri>() else { return Some(("the endpoint is not a URL", EXAMPLE)) };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Some(("the endpoint is not a http or https URL", EXAMPLE));
    }
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if uri.host().unwrap_or_default().is_empty() {
        return Some(("the endpoint has no host", EXAMPLE));
    }
    let has_port = host.rsplit(']').next().unwrap_or_default().contains(':');
    match uri.port_u16() {
        None if !has_port => None,
        Some(80 | 443 | 1024..) => None,
        _ => Some((PORT, "use port 80, 443, or one from 1024 to 65535")),
    }
}

/// Why Salesforce would not send to an endpoint; never a part of its URL.
///
/// **Errors.** What is no http or https URL with a host, or has a port below 1024 that is neither 80 nor 443.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::check_endpoint;
///
/// assert_eq!(check_endpoint("http://localhost:8080/"), Ok(()));
/// assert_eq!(check_endpoint("http://localhost:22/"), Err("Salesforce does not send to this port"));
/// ```
pub fn check_endpoint(endpoint: &str) -> Result<(), &'static str> {
    refused(endpoint).map_or(Ok(()), |(why, _)| Err(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_those_of_salesforce() {
        for (endpoint, expected) in [
            ("", "not a URL"),
            ("/salesforce", "not a http"),
            ("localhost:8080", "not a http"),
            ("localhost:8080/salesforce", "not a URL"),
            ("ftp://localhost/", "not a http"),
            ("http://", "not a URL"),
            ("http://local host/", "not a URL"),
            ("http://localhost:22/", "port"),
            ("http://localhost:1023/", "port"),
            ("http://localhost:65536/", "port"),
            ("http://localhost:/", "port"),
            ("http://[::1]:81/", "port"),
            ("http://me:81@localhost:82/", "port"),
            ("http://localhost", ""),
            ("http://localhost:80/", ""),
            ("https://me:pw@localhost:443/x?token=1#2", ""),
            ("http://[::1]/", ""),
            ("http://[::1]:1024/", ""),
            ("HTTPS://a.example:65535", ""),
        ] {
            let said = refused(endpoint).map(|(message, _)| message).unwrap_or_default();
            assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{endpoint}: {said}");
        }
    }
}
