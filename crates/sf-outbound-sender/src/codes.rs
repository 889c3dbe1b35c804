//! The table of codes of this crate. A code is never reused.

use sf_outbound_wsdl::Code;

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $explanation:literal)*) => {
        $(pub(crate) static $name: Code =
            Code { code: $code, title: $title, explanation: $explanation };)*
        /// Every code of the sender, in order.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    SETUP "SFD0301" "set-up that does not hold together" "A rule or an outbound message names what is not defined, or two things have one name, id or key prefix."
    STORE_FAILED "SFD0401" "the organization's file can't be written or read" "The disk may be full or read-only, or the file damaged. Nothing that was acknowledged is lost; what failed was not done."
    STORE_LOCKED "SFD0402" "the organization's file is in use" "Another process holds the file. One file belongs to one running organization."
    STORE_FOREIGN "SFD0403" "not this organization's file" "The file was written by something else, by a later version, or for an organization with another id. Name another file, or give the set-up the id of the file's organization."
    STOPPED "SFD0404" "the organization was stopped" "The operation came after the stop; nothing was done."
    NOT_QUIET "SFD0501" "deliveries did not come to rest" "A notification was still due or in flight when patience ran out. Look at the attempts for the endpoint that takes its time."
    CERTIFICATE "SFD0502" "certificate or key can't be read" "A certificate is a PEM text with `BEGIN CERTIFICATE`, a key one with `BEGIN PRIVATE KEY`."
    LISTEN "SFD0503" "the REST server can't listen" "The port may be taken, or the address be none of this machine."
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(super::CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
