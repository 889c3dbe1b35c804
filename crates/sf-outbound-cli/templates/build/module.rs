/// Types and server trait, which `build.rs` generates from `wsdl/{{wsdl}}`.
pub mod {{module}} {
    sf_outbound::include_wsdl!("{{module}}");
}
