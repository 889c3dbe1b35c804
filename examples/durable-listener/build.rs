fn main() -> Result<(), sf_outbound_build::Report> {
    sf_outbound_build::compile("wsdl/opportunity.wsdl")
}
