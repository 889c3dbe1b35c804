use super::*;

fn check(document: &[u8]) -> Result<(), Error> {
    check_well_formed(document, None, &Limits::default())
}

#[test]
fn well_formed_documents_are_accepted() {
    #[rustfmt::skip]
    let table: &[&str] = &[
        "<a/>", "<a></a >", "\n<!-- c --><?p i?><a/>\n<!-- c --><?p?>", "<?xml version='1.0'?><a/>",
        "<?xml version=\"1.7\" encoding='UTF-8' standalone = 'yes' ?><a/>", "<a b='1' c=\"2\"\n d = '3'/>",
        "<a>]]&gt; ]] ]> &#x10FFFF;&#9;&amp;</a>", "<a><![CDATA[<b>&x; ]] ]]></a>", "<a><![CDATA[]]]]><![CDATA[>]]></a>",
        "<é xmlns:ñ='u' ñ:ü='1'>𐀀</é>", "<a b='>'/>", "<a b=\"'&quot;&lt;\"/>", "<a xmlns='u'><b xmlns=''/></a>",
        "<a xml:lang='en' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>", "<p:a xmlns:p='u' x='1' p:x='2'/>",
        "<a b.-_9='1'/>", "<a>\u{85}\u{2028}</a>", "<a><?xml-stylesheet x?></a>", "<a><!----></a>", "\u{FEFF}<a/>",
    ];
    for document in table {
        assert!(check(document.as_bytes()).is_ok(), "{document}: {:?}", check(document.as_bytes()));
    }
    let zeros = format!("<a>&#{}65;</a>", "0".repeat(100));
    assert!(check(zeros.as_bytes()).is_ok());
}

/// Document, code, line and column of its first fault.
#[test]
fn ill_formed_documents_are_refused_for_their_own_fault() {
    #[rustfmt::skip]
    let table: &[(&str, &str, usize, usize)] = &[
        ("", "SFR0106", 1, 1), (" \n", "SFR0106", 2, 1), ("<!-- c -->", "SFR0106", 1, 11), ("x<a/>", "SFR0102", 1, 1),
        ("<a/>x", "SFR0102", 1, 5), ("<a/><b/>", "SFR0102", 1, 5), ("<a>", "SFR0106", 1, 4), ("<a", "SFR0106", 1, 3),
        ("<a></b>", "SFR0102", 1, 4), ("<a></ab>", "SFR0102", 1, 7), ("</a>", "SFR0102", 1, 1), ("<a><b></a></b>", "SFR0102", 1, 7),
        ("<a>]]></a>", "SFR0102", 1, 4), ("<a b='1' b='2'/>", "SFR0102", 1, 10), ("<a b='1'c='2'/>", "SFR0102", 1, 9),
        ("<a b=1/>", "SFR0102", 1, 6), ("<a b/>", "SFR0102", 1, 5), ("<a><b/c></a>", "SFR0102", 1, 6), ("<a b='<'/>", "SFR0102", 1, 7), ("<a b='1/>", "SFR0106", 1, 10),
        ("<a>&nbsp;</a>", "SFR0102", 1, 4), ("<a>& </a>", "SFR0102", 1, 4), ("<a>&#0;</a>", "SFR0103", 1, 4), ("<a>&#xD800;</a>", "SFR0102", 1, 4),
        ("<a>&#x110000;</a>", "SFR0102", 1, 4), ("<a>&#+1;</a>", "SFR0102", 1, 4), ("<a>&#;</a>", "SFR0102", 1, 4), ("<a b='&x;'/>", "SFR0102", 1, 7),
        ("<a>\u{1}</a>", "SFR0103", 1, 4), ("<a>\n\0</a>", "SFR0103", 2, 1), ("<a>\u{FFFE}</a>", "SFR0103", 1, 4), ("<a>&#xFFFF;</a>", "SFR0103", 1, 4),
        ("<p:a/>", "SFR0104", 1, 2), ("<a p:b='1'/>", "SFR0104", 1, 4), ("<a xmlns:p=''/>", "SFR0104", 1, 4), ("<a xmlns:xml='u'/>", "SFR0104", 1, 4),
        ("<a xmlns:xmlns='u'/>", "SFR0104", 1, 4), ("<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", "SFR0104", 1, 4), ("<a:b:c xmlns:a='u'/>", "SFR0104", 1, 5),
        ("<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "SFR0102", 1, 36), ("<a xmlns='u' xmlns='u'/>", "SFR0102", 1, 14),
        ("<!DOCTYPE a><a/>", "SFR0105", 1, 1), ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "SFR0105", 1, 1), ("<a><!ELEMENT b></a>", "SFR0102", 1, 4),
        ("<a><!-- -- --></a>", "SFR0102", 1, 9), ("<a><!-- --->", "SFR0102", 1, 9), ("<a><!-- ", "SFR0106", 1, 9), ("<a><![CDATA[x", "SFR0106", 1, 14),
        ("<a><?xml version='1.0'?></a>", "SFR0102", 1, 4), (" <?xml version='1.0'?><a/>", "SFR0102", 1, 2), ("<a><?p:q?></a>", "SFR0104", 1, 7),
        ("<?xml encoding='UTF-8'?><a/>", "SFR0102", 1, 7), ("<?xml version='2.0'?><a/>", "SFR0102", 1, 7), ("<?xml version='1.0' standalone='maybe'?><a/>", "SFR0102", 1, 21),
        ("<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>", "SFR0102", 1, 38), ("<?xml version='1.0' encoding='UTF-16'?><a/>", "SFR0101", 1, 1),
        ("<?xml version='1.0' encoding='EBCDIC'?><a/>", "SFR0101", 1, 1), ("< a/>", "SFR0102", 1, 2), ("<1a/>", "SFR0102", 1, 2), ("<-a/>", "SFR0102", 1, 2),
        ("<a><b/><é></a>", "SFR0102", 1, 11), ("<![CDATA[x]]><a/>", "SFR0102", 1, 1), ("<a/>&#32;", "SFR0102", 1, 5),
    ];
    for (document, code, line, column) in table {
        let error = check(document.as_bytes()).expect_err(document);
        assert_eq!(
            (error.code(), error.line(), error.column()),
            (*code, *line, *column),
            "{document}: {error}"
        );
    }
}

#[test]
fn encodings_are_told_by_mark_then_charset_then_declaration() {
    let wide =
        |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(unit).collect() };
    let limits = Limits::default();
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>";
    let declared = "<?xml version='1.0' encoding='UTF-16'?><a>é</a>";
    for (bytes, charset, accepted) in [
        (wide(declared, u16::to_le_bytes), None, true),
        (wide(declared, u16::to_be_bytes), Some("utf-16"), true),
        ([vec![0xFF, 0xFE], wide("<a/>", u16::to_le_bytes)].concat(), Some("utf-8"), true),
        ([vec![0xFE, 0xFF], wide("<a/>", u16::to_be_bytes)].concat(), None, true),
        (wide("<?xml version='1.0' encoding='UTF-8'?><a/>", u16::to_le_bytes), None, false),
        (vec![0xFF, 0xFE, b'<', 0, 0x00, 0xD8, b'>', 0], None, false),
        (vec![0xFF, 0xFE, b'<'], None, false),
        (latin.to_vec(), None, true),
        (latin.to_vec(), Some("utf-8"), false),
        (b"<a>\xE9</a>".to_vec(), None, false),
        (b"<a>\xC0\xAF</a>".to_vec(), None, false),
        (b"<a>\xE9</a>".to_vec(), Some("iso-8859-1"), true),
        ("<a>é</a>".into(), Some("us-ascii"), false),
        ("<a/>".into(), Some("klingon"), false),
    ] {
        assert_eq!(
            check_well_formed(&bytes, charset, &limits).is_ok(),
            accepted,
            "{:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

#[test]
fn text_is_decoded_once_and_line_ends_are_normalised() {
    let text = decode_text(b"<a>x\r\ny\rz &amp;lt; <!-- c -->&#13;<![CDATA[\r\n]]></a>", None).unwrap();
    let mut scanner = Scanner::new(&text, &Limits::default()).unwrap();
    assert!(matches!(scanner.next(), Ok(Token::Start(_))));
    assert_eq!(scanner.simple_content().unwrap().unwrap(), "x\ny\nz &lt; \r\n");
    assert!(matches!(scanner.next(), Ok(Token::Eof)));
}

/// Each length has its own way, and in each every byte counts.
#[test]
fn what_begins_with_bytes_begins_with_each_of_them() {
    for length in 0..80 {
        let start: Vec<u8> = (b'0'..).take(length).collect();
        for (name, ask) in
            [("begins", begins as fn(&[u8], &[u8]) -> bool), ("begins_with_tags", begins_with_tags)]
        {
            assert!(ask(&start, &start) && ask(&[&start[..], b"x"].concat(), &start), "{name} {length}");
            assert!(length == 0 || !ask(&start[1..], &start), "{name} {length}");
            for at in 0..length {
                let mut other = start.clone();
                other[at] ^= 1;
                assert!(!ask(&other, &start), "{name} {length} {at}");
            }
        }
        assert!(!is_same(&[&start[..], b"x"].concat(), &start));
    }
}

type Make<'m> = &'m dyn Fn(usize) -> String;

#[test]
fn each_limit_holds_at_its_number_and_refuses_one_more() {
    let limits = Limits::default().elements(5).depth(4).attributes(20).namespaces(3);
    let attributes =
        |count| format!("<a {}/>", (0..count).map(|i| format!("b{i}='' ")).collect::<Vec<_>>().concat());
    let namespaces = |count| {
        format!("<a {}/>", (0..count).map(|i| format!("xmlns:b{i}='u' ")).collect::<Vec<_>>().concat())
    };
    let depth = |count| "<a>".repeat(count) + &"</a>".repeat(count);
    let elements = |count| format!("<a>{}</a>", "<b/>".repeat(count - 1));
    let table: [(&str, usize, Make<'_>); 4] = [
        ("SFR0503", 5, &elements),
        ("SFR0504", 4, &depth),
        ("SFR0505", 20, &attributes),
        ("SFR0506", 3, &namespaces),
    ];
    for (code, number, document) in table {
        for count in [number - 1, number] {
            assert!(
                check_well_formed(document(count).as_bytes(), None, &limits).is_ok(),
                "{code} at {count}"
            );
        }
        let error = check_well_formed(document(number + 1).as_bytes(), None, &limits).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.is_limit());
    }
}

/// Two attributes of one local name are one attribute only in one namespace, known by heart or not.
#[test]
fn attributes_of_two_namespaces_are_no_twins() {
    let names =
        ["http://www.w3.org/2001/XMLSchema-instance", "http://schemas.xmlsoap.org/soap/envelope/", "u", "v"];
    for (at, one) in names.iter().enumerate() {
        for (other_at, other) in names.iter().enumerate() {
            let document = format!("<a xmlns:p='{one}' xmlns:q='{other}' p:a='1' q:a='2' a='3'/>");
            assert_eq!(check(document.as_bytes()).is_ok(), at != other_at, "{document}");
        }
    }
}

/// Wherever it stands: text is looked at in blocks.
#[test]
fn no_place_hides_a_forbidden_character() {
    for length in [0, 1, 100, 127, 128, 129, 300] {
        for character in ['\u{FFFE}', '\u{FFFF}', '\u{0}', '\u{B}', '\u{1F}'] {
            let document = format!("<a>{}{character}{}</a>", "x".repeat(length), "y".repeat(length));
            let error = check(document.as_bytes()).expect_err(&document);
            assert_eq!((error.code(), error.offset()), ("SFR0103", 3 + length), "{document}");
        }
        for allowed in ['\u{FFFD}', '\u{7F}', '\u{85}', '\u{FFEF}'] {
            let document = format!("<a>{}{allowed}</a>", "x".repeat(length));
            assert!(check(document.as_bytes()).is_ok(), "{document}");
        }
    }
}

/// In its own memory where the text is the reader's own already, and in a copy of the right size where it is the
/// caller's.
#[test]
fn line_ends_are_normalised_alike_in_each_encoding() {
    for text in ["\r", "\r\n", "a\r\r\nb\n\r\rc\r\n\r\n", "é\r\né\ré\n", "\r\r\r\n\n"] {
        let document = format!("<a>{text}</a>");
        let expected = document.replace("\r\n", "\n").replace('\r', "\n");
        let wide: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin: Vec<u8> = document.chars().map(|c| u8::try_from(c).unwrap()).collect();
        for (bytes, charset) in [(document.as_bytes(), None), (&wide, None), (&latin, Some("iso-8859-1"))] {
            let text = decode_text(bytes, charset).unwrap();
            assert_eq!(text, expected);
            let std::borrow::Cow::Owned(text) = text else { panic!("it had line ends") };
            assert!(text.capacity() <= document.len(), "{} of {}", text.capacity(), document.len());
        }
    }
}

/// Duplicates are found the same way below and above the number from which a hash set is used.
#[test]
fn duplicate_attributes_are_found_among_many() {
    for count in [2, 15, 16, 17, 60] {
        let mut names: Vec<_> = (0..count).map(|i| format!("b{i}='' ")).collect();
        assert!(check(format!("<a {}/>", names.concat()).as_bytes()).is_ok());
        names.pop();
        names.push("b0='' ".into());
        assert!(check(format!("<a {}/>", names.concat()).as_bytes()).is_err(), "{count}");
    }
}
