fn main() -> Result<(), sf_outbound_build::Report> {
    {{compile}}
}
