//! What reading allocates.

use allocation_counter::measure;
use sf_outbound::Limits;
use sf_outbound_bench::{Content, HOSTILE, Layout, encoder, hostile, message, ours, strings, try_ours};

#[test]
fn one_allocation_for_each_string_and_eight_for_a_message() {
    for notifications in [1, 2, 60, 100] {
        for content in [Content::Ascii, Content::Rich] {
            for layout in [Layout::Compact, Layout::Pretty] {
                let bytes = message(12, notifications, layout, content);
                let kept = u64::try_from(strings(&bytes)).unwrap();
                let used = measure(|| ours(12, &bytes));
                let what = format!("{notifications} {layout:?} {content:?}: {used:?}, {kept} strings");
                assert!(used.count_total <= kept + 8, "{what}");
                println!("{what}");
                assert_eq!(used.count_current, 0, "{what}");
            }
        }
    }
}

#[test]
fn a_message_of_100_allocates_six_tenths_of_its_bytes() {
    let bytes = message(12, 100, Layout::Compact, Content::Ascii);
    let used = measure(|| ours(12, &bytes));
    println!("{used:?} of {} bytes", bytes.len());
    assert!(used.bytes_total * 10 <= u64::try_from(bytes.len()).unwrap() * 6, "{used:?} of {}", bytes.len());
}

#[test]
fn encoding_into_a_used_buffer_allocates_nothing() {
    for content in [Content::Ascii, Content::Rich] {
        let encode = encoder(&message(12, 100, Layout::Compact, content));
        let mut out = Vec::new();
        encode(&mut out);
        let first = out.clone();
        out.clear();
        let used = measure(|| encode(&mut out));
        assert_eq!((out, used.count_total), (first, 0));
    }
}

/// Whatever the limits: twice the body, and a constant for the records and the bookkeeping of what is open.
#[test]
fn no_document_takes_more_than_twice_its_bytes() {
    const CONSTANT: u64 = 1 << 16;
    for name in HOSTILE {
        let bytes = hostile(name);
        let used = measure(|| assert!(try_ours(&bytes, &Limits::default()) || bytes.len() > 50_000));
        let twice = u64::try_from(bytes.len()).unwrap() * 2;
        println!("{name}: {} bytes: {used:?}", bytes.len());
        assert!(used.count_total < 1000, "{name}: {used:?}");
        assert!(used.bytes_max <= twice + CONSTANT, "{name}: {} bytes: {used:?}", bytes.len());
    }
}
