//! A record as it was sent: its bytes, and what tells it from another without knowing its type.

use super::Reader;
use crate::error::Error;
use crate::id::Id;
use crate::raw::RawRecord;
use crate::scan::{Name, Namespace, Token, is_blank};
use crate::value;
use std::borrow::Cow;

impl Reader<'_, '_> {
    /// After the record's start tag: takes the record, and says whether it had any content.
    ///
    /// Apart: the loops over fields, beside which it is called, need the registers.
    #[inline(never)]
    pub(super) fn raw_record(&mut self, nil: bool, record: &mut RawRecord) -> Result<bool, Error> {
        let start = self.scanner.offset();
        let type_name = self.type_name()?.map(|(name, _)| (name.namespace, name.local.to_owned()));
        if let Some((Namespace::SObject, name)) = &type_name {
            record.object = Some(name.clone());
        }
        let around = self.scanner.declarations_around();
        let mut canon = Canon {
            bytes: std::mem::take(&mut record.canonical),
            pending: String::new(),
            has_element: false,
        };
        let sobject = Name { namespace: Namespace::Outbound, local: "sObject" };
        canon.begin(sobject, self.scanner.uri(Namespace::Outbound));
        if let Some((namespace, name)) = &type_name {
            canon.fact(b'T', &[self.scanner.uri(*namespace), name]);
        }
        let has_content = self.raw_content(nil, record, &mut canon)?;
        record.canonical = canon.bytes;
        self.scanner.text_since(start).clone_into(&mut record.xml);
        record.scope = scope(&around, &record.xml);
        Ok(has_content)
    }

    fn raw_content(&mut self, nil: bool, record: &mut RawRecord, canon: &mut Canon) -> Result<bool, Error> {
        let (mut depth, mut has_content) = (0_usize, false);
        // The name of the field that is open, where its text says something of the record.
        let mut told: Option<&'static str> = None;
        let mut leaves = !nil && self.scanner.has_room_inside();
        loop {
            while leaves && let Some(leaf) = self.scanner.next_leaf(Namespace::SObject) {
                self.scanner.pass_leaf(&leaf);
                has_content = true;
                // Its name is ended by an ASCII character, and begun behind one.
                let name = str::from_utf8(leaf.local).unwrap_or_default();
                canon.field(name, leaf.text);
                if let Some(told) = RawRecord::TOLD.into_iter().find(|told| *told == name) {
                    record.tell(told, leaf.text);
                }
            }
            match self.scanner.next()? {
                Token::Start(name) => {
                    if nil {
                        return Err(self.nil_with_fields());
                    }
                    (depth, has_content, leaves) = (depth + 1, true, false);
                    canon.begin(name, self.scanner.uri(name.namespace));
                    if self.scanner.has_attributes() {
                        self.raw_attributes(canon);
                    }
                    let is_told = depth == 1 && name.namespace == Namespace::SObject;
                    told = RawRecord::TOLD.into_iter().find(|told| is_told && *told == name.local);
                }
                Token::Text(text) => canon.pending.push_str(&text),
                Token::End => {
                    if let Some(name) = told.take() {
                        record.tell(name, &canon.pending);
                    }
                    canon.end();
                    if depth == 0 {
                        return Ok(has_content);
                    }
                    depth -= 1;
                    leaves = depth == 0 && !nil && self.scanner.has_room_inside();
                }
                // The scanner refuses a text that ends within an element.
                Token::Eof => return Ok(has_content),
            }
        }
    }

    fn raw_attributes(&self, canon: &mut Canon) {
        let (nil, type_name) = (self.nil(), self.type_name());
        if matches!(nil, Ok(true)) {
            canon.fact(b'N', &[]);
        }
        if let Ok(Some((name, _))) = &type_name {
            canon.fact(b'T', &[self.scanner.uri(name.namespace), name.local]);
        }
        // Those that say neither are compared as they were written.
        let is_said = |name: &Name<'_>| {
            (nil.is_ok() && name.is(Namespace::Xsi, "nil"))
                || (type_name.is_ok() && name.is(Namespace::Xsi, "type"))
        };
        let mut others: Vec<_> = self
            .scanner
            .attributes()
            .filter(|attribute| !is_said(&attribute.name))
            .map(|attribute| {
                let name = self.scanner.uri(attribute.name.namespace);
                (name, attribute.name.local, &*attribute.value)
            })
            .collect();
        others.sort_unstable();
        for (namespace, local, value) in others {
            canon.fact(b'A', &[namespace, local, value]);
        }
    }
}

/// Those of the declarations that prefixes of a text can mean, as attributes.
fn scope(declarations: &[(&str, Cow<'_, str>)], text: &str) -> String {
    let mut scope = Vec::new();
    for (prefix, uri) in declarations {
        let start = if prefix.is_empty() {
            "xmlns=\"".to_owned()
        } else if text.contains(&format!("{prefix}:")) {
            format!("xmlns:{prefix}=\"")
        } else {
            continue;
        };
        scope.extend_from_slice(if scope.is_empty() { b"" } else { b" " });
        scope.extend_from_slice(start.as_bytes());
        value::escape(uri, &mut scope);
        scope.push(b'"');
    }
    String::from_utf8(scope).unwrap_or_default()
}

/// The canonical bytes of a record, version 1: for each element `<`, its namespace and name, or for one of a record's
/// namespace `f` and its name; then its facts, its text and the elements in it, and `>`. Each text stands behind its
/// length, so no two records give the same bytes.
struct Canon {
    bytes: Vec<u8>,
    /// Text since the last tag.
    pending: String,
    /// Whether the open element has had an element: white space in it is then a matter of layout.
    has_element: bool,
}

impl Canon {
    fn begin(&mut self, name: Name<'_>, uri: &str) {
        self.text(true);
        self.has_element = false;
        match name.namespace {
            Namespace::SObject => self.fact(b'f', &[name.local]),
            _ => self.fact(b'<', &[uri, name.local]),
        }
    }

    /// An element of a record's namespace with nothing but text in it.
    fn field(&mut self, name: &str, text: &str) {
        self.text(true);
        self.fact(b'f', &[name]);
        if !text.is_empty() {
            self.fact(b'"', &[text]);
        }
        self.bytes.push(b'>');
        self.has_element = true;
    }

    fn end(&mut self) {
        self.text(self.has_element);
        self.has_element = true;
        self.bytes.push(b'>');
    }

    fn fact(&mut self, what: u8, texts: &[&str]) {
        self.bytes.push(what);
        for text in texts {
            self.length(text.len());
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    /// Seven bits a byte, the last ones first; all but the last byte have the eighth.
    fn length(&mut self, mut length: usize) {
        while length > 0x7F {
            self.bytes.push(0x80 | length.to_le_bytes()[0]);
            length >>= 7;
        }
        self.bytes.push(length.to_le_bytes()[0]);
    }

    /// The text since the last tag; between elements, white space does not count.
    fn text(&mut self, is_between: bool) {
        if self.pending.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.pending);
        if !(is_between && is_blank(&text)) {
            self.fact(b'"', &[&text]);
        }
        self.pending = text;
        self.pending.clear();
    }
}

impl RawRecord {
    /// Fields that say which record it is, and how new.
    const TOLD: [&'static str; 3] = ["Id", "SystemModstamp", "LastModifiedDate"];

    fn tell(&mut self, field: &str, text: &str) {
        match field {
            "Id" => self.id = self.id.or(Id::new(text).ok()),
            "SystemModstamp" => self.modified_at = value::instant(text).or(self.modified_at),
            _ => self.modified_at = self.modified_at.or_else(|| value::instant(text)),
        }
    }
}
