#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| (sf_outbound_fuzz::target("shapes"))(bytes));
