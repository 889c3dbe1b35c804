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
fn a_message_of_100_allocates_little_more_than_six_tenths_of_its_bytes() {
    let bytes = message(12, 100, Layout::Compact, Content::Ascii);
    let used = measure(|| ours(12, &bytes));
    println!("{used:?} of {} bytes", bytes.len());
    // What is more is the shape of a record: 64 bytes a field, once.
    assert!(
        used.bytes_total * 100 <= u64::try_from(bytes.len()).unwrap() * 61,
        "{used:?} of {}",
        bytes.len()
    );
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

/// The text of another encoding is longer as UTF-8, and one with carriage returns is copied without them; both are
/// counted before they are made. What is allocated beside the body, in halves of it.
#[test]
fn other_encodings_and_line_ends_take_what_the_guide_says() {
    const CONSTANT: u64 = 1 << 16;
    let of = |text: &str| {
        let message = String::from_utf8(message(12, 1, Layout::Compact, Content::Ascii)).unwrap();
        let message = message.replacen("UTF-8", "ISO-8859-1", 1);
        let at = message.find("<sf:Name>").unwrap() + "<sf:Name>".len();
        format!("{}{}{}", &message[..at], text.repeat(1_000_000), &message[at..])
    };
    let utf8 = |text: &str| of(text).replacen("ISO-8859-1", "UTF-8", 1).into_bytes();
    let one_return = String::from_utf8(utf8("text ")).unwrap().replacen("text ", "text\r", 1).into_bytes();
    let latin: Vec<u8> = of("\u{e9}").chars().map(|c| u8::try_from(c).unwrap()).collect();
    let wide: Vec<u8> = of("\u{4e2d}")
        .replacen("ISO-8859-1", "UTF-16", 1)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes, halves) in [
        ("plain", utf8("text "), 2),
        ("one carriage return", one_return, 4),
        ("CRLF", utf8("text\r\n"), 4),
        ("Latin-1", latin, 8),
        ("UTF-16", wide, 6),
    ] {
        let used = measure(|| assert!(try_ours(&bytes, &Limits::default()), "{name}"));
        println!("{name}: {} bytes: {used:?}", bytes.len());
        let most = u64::try_from(bytes.len()).unwrap() * halves / 2;
        assert!(used.bytes_max <= most + CONSTANT, "{name}: {} bytes: {used:?}", bytes.len());
    }
}
