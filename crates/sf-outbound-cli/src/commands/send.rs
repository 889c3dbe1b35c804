//! `send`: a message to an endpoint, and the verdict of its reply.

use super::{sample, verdict};
use crate::args::Send;
use crate::files::{Failure, bytes};
use sf_outbound_wsdl::public_address;
use std::path::Path;
use std::time::Duration;

/// Salesforce waits this long for the reply.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What is read of a reply.
const REPLY_BYTES: u64 = 1 << 20;

pub(crate) fn run(arguments: &Send) -> Result<(), Failure> {
    let message = match (&arguments.message, arguments.sample, &arguments.wsdl) {
        (Some(file), _, _) => bytes(file)?,
        (None, Some(count), Some(wsdl)) => {
            sample::bytes(wsdl, &arguments.types.mappings, count, arguments.seed)?
        }
        _ => return Err(Failure::Usage("error: give a message, or --sample with --wsdl".into())),
    };
    let url = &arguments.to;
    check_url(url, cfg!(feature = "https"))?;
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent("sf-outbound");
    let agent: ureq::Agent = config.build().into();
    let request =
        agent.post(url).header("Content-Type", "text/xml; charset=UTF-8").header("SOAPAction", "\"\"");
    // The library's own words for a bad URL would repeat it with its secrets.
    let unreachable = |error: ureq::Error| match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Failure::Usage(format!("error: {} is not a valid URL", public_address(url)))
        }
        error => Failure::Unreachable(format!("error: cannot reach {}: {error}", public_address(url))),
    };
    let mut response = request.send(&message[..]).map_err(unreachable)?;
    let status = response.status().as_u16();
    let reply = response.body_mut().with_config().limit(REPLY_BYTES).read_to_vec().map_err(unreachable)?;
    verdict::show(Path::new(&format!("HTTP {status}")), Some(status), &reply)
}

fn check_url(url: &str, has_https: bool) -> Result<(), Failure> {
    let is_https = url.starts_with("https://");
    if !is_https && !url.starts_with("http://") {
        return Err(Failure::Usage(format!("error: {} is not an http or https URL", public_address(url))));
    }
    if is_https && !has_https {
        return Err(Failure::Usage(
            "error: this sf-outbound was built without https\n\
             help: build it with the feature `https`, or send to an http URL"
                .into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_url;
    use crate::files::Failure;

    #[test]
    fn https_is_refused_in_so_many_words_where_it_is_not_built_in() {
        for (url, has_https, expected) in [
            ("http://localhost/", false, None),
            ("https://localhost/", true, None),
            (
                "ftp://u:p@localhost/?x",
                true,
                Some("error: ftp://<redacted>@localhost/?<redacted> is not an http or https URL"),
            ),
            (
                "https://u:p@localhost/?x",
                false,
                Some(
                    "error: this sf-outbound was built without https\nhelp: build it with the feature `https`, or send to an http URL",
                ),
            ),
        ] {
            let said = check_url(url, has_https).err().map(|failure| match failure {
                Failure::Usage(text) => text,
                other => format!("{other:?}"),
            });
            assert_eq!(said.as_deref(), expected);
        }
    }
}
