//! Generated code with a field of each type, and the same where it keeps or denies elements that the WSDL does not know.

include!("../../cases/all-types/expected.rs");

pub(crate) mod keeping {
    include!("../../cases/option-unknown-capture/expected.rs");
}

pub(crate) mod denying {
    include!("../../cases/option-unknown-deny/expected.rs");
}
