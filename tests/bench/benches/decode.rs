//! The time that each reader needs: `cargo bench -p sf-outbound-bench`.

use divan::Bencher;
use divan::counter::BytesCount;
use sf_outbound_bench::{Content, Layout, READERS, message};

fn main() {
    divan::main();
}

#[divan::bench(args = [0, 1, 2, 3, 4, 5, 6], consts = [12, 60])]
fn hundred_compact<const FIELDS: usize>(bencher: Bencher, reader: usize) {
    let bytes = message(FIELDS, 100, Layout::Compact, Content::Ascii);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| READERS[reader].1(FIELDS, &bytes));
}

#[divan::bench(args = [0, 1, 2, 3, 4, 5, 6], consts = [12, 60])]
fn one_compact<const FIELDS: usize>(bencher: Bencher, reader: usize) {
    let bytes = message(FIELDS, 1, Layout::Compact, Content::Ascii);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| READERS[reader].1(FIELDS, &bytes));
}
