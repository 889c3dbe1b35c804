//! An address without what may be a secret of it, and two of them compared.

/// An address without its user info, path parameters, query and fragment; each dropped part leaves `<redacted>`.
///
/// # Example
///
/// ```
/// assert_eq!(
///     sf_outbound_wsdl::public_address("https://me:pw@example.com/hook?token=1"),
///     "https://<redacted>@example.com/hook?<redacted>",
/// );
/// assert_eq!(sf_outbound_wsdl::public_address("//me;x:pw@a.example/a;sid=1?b"), "//<redacted>@a.example/a;<redacted>");
/// ```
#[must_use]
pub fn public_address(address: &str) -> String {
    // User info can hold a `;` of its own.
    let path = address.find("//").map_or(0, |at| at + 2);
    let path = address[path..].find('/').map_or(address.len(), |at| path + at);
    let parameters = address[path..].find(';').map(|at| path + at);
    let end = address.find(['?', '#']).into_iter().chain(parameters).min();
    let (rest, tail) = match end {
        Some(at) => (&address[..at], format!("{}<redacted>", &address[at..=at])),
        None => (address, String::new()),
    };
    let authority = rest.find("//").map_or(0, |at| at + 2);
    let authority_end = rest[authority..].find('/').map_or(rest.len(), |at| authority + at);
    match rest[authority..authority_end].rfind('@') {
        Some(at) => format!("{}<redacted>{}{tail}", &rest[..authority], &rest[authority + at..]),
        None => format!("{rest}{tail}"),
    }
}

/// Whether two addresses are the same as far as can be told: one may be a copy without its secret parts.
pub(crate) fn same_address(old: &str, new: &str) -> bool {
    let copy = |address: &str| public_address(address).replace(['<', '>'], "");
    old == new || old == copy(new) || new == copy(old)
}
