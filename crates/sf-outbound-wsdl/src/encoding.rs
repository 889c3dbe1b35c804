//! Bytes of a file to its text, and what a file is that has none.
//!
//! As in reading messages: the byte order mark and the XML declaration must say the same, and what they say is so.

/// Why a file has no text.
pub(crate) enum Fault {
    /// What it is instead of XML, with its article.
    Other(&'static str),
    /// What is wrong with its encoding.
    Encoding(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16,
    Ascii,
    Latin1,
}

/// How files begin that are saved in the place of a WSDL.
const OTHERS: [(&[u8], &str); 8] = [
    (b"\x1F\x8B", "a file packed by gzip"),
    (b"PK\x03\x04", "a zip archive, or a document of an office program"),
    (b"BZh", "a file packed by bzip2"),
    (b"\xFD7zXZ", "a file packed by xz"),
    (b"\xD0\xCF\x11\xE0", "a document of an office program"),
    (b"{\\rtf", "a document in rich text format (RTF)"),
    (b"%PDF", "a PDF"),
    (b"bplist", "a web archive of a browser"),
];

/// The text of a file, without its byte order mark.
pub(crate) fn decoded(bytes: &[u8]) -> Result<String, Fault> {
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Fault::Other(what));
    }
    let text = match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(encoding("the file is UTF-32")),
        [0xFF, 0xFE, body @ ..] => utf16(body, u16::from_le_bytes)?,
        [0xFE, 0xFF, body @ ..] => utf16(body, u16::from_be_bytes)?,
        [b'<', 0, ..] | [0, b'<', ..] => {
            return Err(encoding("the file is UTF-16 without a byte order mark"));
        }
        [0xEF, 0xBB, 0xBF, body @ ..] => utf8(body)?,
        _ => return declared_text(bytes),
    };
    let marked = if bytes.starts_with(b"\xEF") { Encoding::Utf8 } else { Encoding::Utf16 };
    let is_le = bytes.starts_with(b"\xFF");
    let is_other = |name: &str| {
        let other_order = if is_le { "utf-16be" } else { "utf-16le" };
        by_name(name) != Some(marked) || name.eq_ignore_ascii_case(other_order)
    };
    match declared(&text).filter(|name| is_other(name)) {
        Some(name) => Err(encoding(&format!(
            "the file declares the encoding `{name}`, and its byte order mark says another"
        ))),
        None => Ok(text),
    }
}

/// The text of a file without a byte order mark.
fn declared_text(bytes: &[u8]) -> Result<String, Fault> {
    let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(0);
    let head = std::str::from_utf8(&bytes[..end]).unwrap_or_default();
    let Some(name) = declared(head) else { return utf8(bytes) };
    match by_name(name) {
        Some(Encoding::Utf8) => utf8(bytes),
        Some(Encoding::Latin1) => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        Some(Encoding::Ascii) if bytes.is_ascii() => utf8(bytes),
        Some(Encoding::Ascii | Encoding::Utf16) => {
            Err(encoding(&format!("the file declares the encoding `{name}`, and its bytes are in another")))
        }
        None => Err(encoding(&format!(
            "the file declares the encoding `{name}`, and only UTF-8, UTF-16, US-ASCII and ISO-8859-1 are read"
        ))),
    }
}

/// The encoding that an XML declaration at the start of a text names. `<?xml-stylesheet` is none.
fn declared(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("<?xml")?;
    let head = rest.split('>').next().filter(|head| head.starts_with([' ', '\t', '\r', '\n']))?;
    let (_, value) = head.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|parts| parts.0)
}

fn by_name(name: &str) -> Option<Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Some(Encoding::Utf8),
        "utf-16" | "utf-16le" | "utf-16be" => Some(Encoding::Utf16),
        "us-ascii" | "ascii" => Some(Encoding::Ascii),
        "iso-8859-1" | "latin1" => Some(Encoding::Latin1),
        _ => None,
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Fault> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let at = error.valid_up_to();
        let is_curly = bytes.get(at).is_some_and(|byte| (0x91..=0x94).contains(byte));
        let why =
            if is_curly { ", where a word processor has put a curly quote of Windows-1252" } else { "" };
        encoding(&format!("the file is not UTF-8 from byte {at} on{why}"))
    })
}

fn utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let (pairs, rest) = body.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(encoding("the file is UTF-16 with an odd number of bytes: a part of it is missing"));
    }
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    text.map_err(|_| encoding("the file is UTF-16 with half of a surrogate pair"))
}

fn encoding(message: &str) -> Fault {
    Fault::Encoding(message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> String {
        match decoded(bytes) {
            Ok(text) => text,
            Err(Fault::Other(what)) => format!("! {what}"),
            Err(Fault::Encoding(message)) => format!("! {message}"),
        }
    }

    fn wide(text: &str, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{FEFF}" } else { "" };
        [mark, text].concat().encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_file_is_what_it_says_or_is_refused() {
        let latin = "<?xml version='1.0' encoding='ISO-8859-1'?>";
        for (bytes, expected) in [
            ("<\u{E9}/>".as_bytes().to_vec(), "<\u{E9}/>"),
            (
                b"<?xml-stylesheet encoding='ISO-8859-1'?>\xC3\xA9".to_vec(),
                "<?xml-stylesheet encoding='ISO-8859-1'?>\u{E9}",
            ),
            ([latin.as_bytes(), b"\xE9"].concat(), &format!("{latin}\u{E9}")),
            // It happens to be UTF-8, and is what it says.
            ([latin.as_bytes(), b"\xC3\xA9"].concat(), &format!("{latin}\u{C3}\u{A9}")),
            (
                [b"\xEF\xBB\xBF", latin.as_bytes()].concat(),
                "! the file declares the encoding `ISO-8859-1`, and its byte order mark says another",
            ),
            (
                b"<?xml version='1.0' encoding='us-ascii'?>\xC3\xA9".to_vec(),
                "! the file declares the encoding `us-ascii`, and its bytes are in another",
            ),
            (
                b"<?xml version='1.0' encoding='utf-16'?><a/>".to_vec(),
                "! the file declares the encoding `utf-16`, and its bytes are in another",
            ),
            (
                b"<?xml version='1.0' encoding='windows-1252'?><a/>".to_vec(),
                "! the file declares the encoding `windows-1252`, and only UTF-8, UTF-16, US-ASCII and ISO-8859-1 are read",
            ),
            (wide("<a/>", true), "<a/>"),
            (
                wide("<?xml version='1.0' encoding='UTF-16'?>", true),
                "<?xml version='1.0' encoding='UTF-16'?>",
            ),
            (
                wide("<?xml version='1.0' encoding='UTF-16BE'?>", true),
                "! the file declares the encoding `UTF-16BE`, and its byte order mark says another",
            ),
            (
                wide("<?xml version='1.0' encoding='UTF-8'?>", true),
                "! the file declares the encoding `UTF-8`, and its byte order mark says another",
            ),
            (
                [wide("<a/>", true), vec![b' ']].concat(),
                "! the file is UTF-16 with an odd number of bytes: a part of it is missing",
            ),
            (vec![0xFF, 0xFE, 0x00, 0xD8], "! the file is UTF-16 with half of a surrogate pair"),
            (wide("<a/>", false), "! the file is UTF-16 without a byte order mark"),
            (b"\xFF\xFE\0\0<\0\0\0".to_vec(), "! the file is UTF-32"),
            (
                b"<a b=\x93c\x94/>".to_vec(),
                "! the file is not UTF-8 from byte 5 on, where a word processor has put a curly quote of Windows-1252",
            ),
            (b"\x1F\x8B\x08".to_vec(), "! a file packed by gzip"),
            (b"PK\x03\x04".to_vec(), "! a zip archive, or a document of an office program"),
            (b"{\\rtf1\\ansi".to_vec(), "! a document in rich text format (RTF)"),
        ] {
            assert_eq!(shown(&bytes), expected);
        }
    }
}
