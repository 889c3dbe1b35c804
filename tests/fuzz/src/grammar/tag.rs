//! Tags: names with their prefixes, where these are declared, and attributes.

use super::habits::{OUTBOUND, RECORD, SOAP, XSI};
use super::maker::Maker;
use std::mem::take;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Other prefixes, each a name of its own kind.
const PREFIXES: [&str; 6] = ["a", "ns0", "sf", "_", "x.y-z", "é"];
const OTHERS: [&str; 4] = ["urn:x", "urn:y", "", "URN:sobject.enterprise.soap.sforce.com"];

/// What a start tag holds beside its name.
struct Head {
    /// As they are written.
    attributes: Vec<String>,
    /// Prefixes that this tag declares or uses, and so can't declare.
    taken: Vec<&'static str>,
}

impl Maker<'_> {
    /// The namespace that a prefix stands for here.
    pub(super) fn meaning(&self, prefix: &str) -> Option<&'static str> {
        self.bindings.iter().rev().find(|binding| binding.0 == prefix).map(|binding| binding.1)
    }

    /// The prefix that this sender gives a namespace.
    pub(super) fn habit(&self, namespace: &str) -> &'static str {
        self.habits.iter().find(|row| row.0 == namespace).map_or("", |row| row.1)
    }

    pub(super) fn equals(&mut self) -> &'static str {
        if self.rare() { self.choice.of(&[" = ", "\n=", "=\t"]) } else { "=" }
    }

    pub(super) fn quoted(&mut self, value: &str) -> String {
        let quote = if self.rare() { '\'' } else { '"' };
        format!("{quote}{value}{quote}")
    }

    /// An element, with attributes of XSI and its content.
    pub(super) fn element(
        &mut self,
        namespace: &'static str,
        local: &'static str,
        attributes: &[(&'static str, &str)],
        content: impl FnOnce(&mut Self),
    ) {
        self.declaring(None, (namespace, local), attributes, content);
    }

    /// The same, with a declaration of its own behind its attributes.
    pub(super) fn declaring(
        &mut self,
        own: Option<(&'static str, &'static str)>,
        (namespace, local): (&'static str, &'static str),
        attributes: &[(&'static str, &str)],
        content: impl FnOnce(&mut Self),
    ) {
        let outer = self.bindings.len();
        let mut head = Head { attributes: Vec::new(), taken: own.iter().map(|own| own.0).collect() };
        self.stray_declarations(&mut head);
        let prefix = self.prefix_of(namespace, &mut head, true);
        for (name, value) in attributes {
            let xsi = self.prefix_of(XSI, &mut head, false);
            let written = format!("{xsi}:{name}{}{}", self.equals(), self.quoted(value));
            head.attributes.push(written);
        }
        if let Some((prefix, namespace)) = own {
            self.declare(prefix, namespace, &mut head);
        }
        self.stray_attributes(&mut head);
        self.broken_attributes(&mut head);
        let name = if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") };
        let name = self.broken_name(name, local);
        self.tag(&name, head, content);
        self.bindings.truncate(outer);
    }

    fn tag(&mut self, name: &str, mut head: Head, content: impl FnOnce(&mut Self)) {
        if self.rare() {
            head.attributes.reverse();
        }
        self.write("<");
        if self.breaks("white space before a name") {
            self.write(" ");
        }
        self.write(name);
        let is_joined = head.attributes.len() > 1 && self.breaks("attributes without white space");
        for (index, attribute) in take(&mut head.attributes).iter().enumerate() {
            let space = if is_joined && index > 0 { "" } else { self.space() };
            self.write(space);
            self.write(attribute);
        }
        if self.rare() {
            self.write(" ");
        }
        let before = self.out.len();
        self.write(">");
        content(self);
        if self.out.len() == before + 1 && self.choice.one_in(2) {
            self.out.truncate(before);
            return self.write("/>");
        }
        self.end_tag(name);
    }

    fn end_tag(&mut self, name: &str) {
        if self.breaks("end tag that is missing") {
            return;
        }
        if self.breaks("end tag of another element") {
            let other = self.choice.of(&["</x>", "</sf:a>", "</K__c>", "</soapenv:Body >", "</ x>"]);
            // Were it the element's own name, nothing would be wrong.
            let is_own = other.trim_matches(['<', '/', '>', ' ']) == name;
            return self.write(if is_own { "</y>" } else { other });
        }
        self.write("</");
        self.write(name);
        if self.breaks("attribute in an end tag") {
            self.write(" a='1'");
        }
        if self.rare() {
            let space = self.space();
            self.write(space);
        }
        self.write(">");
    }

    /// A prefix of the namespace: one that is in scope, or one that this tag declares.
    fn prefix_of(&mut self, namespace: &'static str, head: &mut Head, may_be_default: bool) -> &'static str {
        let habit = self.habit(namespace);
        let known = |maker: &Self, prefix: &'static str| {
            maker.meaning(prefix) == Some(namespace) && (may_be_default || !prefix.is_empty())
        };
        if !self.rare() {
            let others = self.bindings.iter().rev().map(|binding| binding.0);
            let in_scope = std::iter::once(habit).chain(others).find(|prefix| known(self, prefix));
            if let Some(prefix) = in_scope {
                head.taken.push(prefix);
                return prefix;
            }
        }
        let wanted = if self.rare() {
            let is_default = may_be_default && self.choice.one_in(3);
            if is_default { "" } else { self.choice.of(&PREFIXES) }
        } else {
            habit
        };
        let all = [wanted, habit, "a", "ns0", "_", "x.y-z", "q"];
        let free = all
            .into_iter()
            .find(|prefix| !head.taken.contains(prefix) && (may_be_default || !prefix.is_empty()));
        let prefix = free.unwrap_or("q");
        self.declare(prefix, namespace, head);
        prefix
    }

    fn declare(&mut self, prefix: &'static str, namespace: &'static str, head: &mut Head) {
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        let written = format!("{name}{}{}", self.equals(), self.quoted(namespace));
        head.attributes.push(written);
        head.taken.push(prefix);
        self.bindings.push((prefix, namespace));
    }

    /// Declarations that nobody asked for; they come first, so that the names of this tag are chosen under them.
    fn stray_declarations(&mut self, head: &mut Head) {
        while self.rare() && head.taken.len() < 3 {
            let prefix = self.choice.of(&["a", "ns0", "", "sf", "xsi", "q"]);
            let habits = [SOAP, OUTBOUND, RECORD, XSI];
            let namespace =
                if self.choice.one_in(3) { self.choice.of(&habits) } else { self.choice.of(&OTHERS) };
            if !head.taken.contains(&prefix) && (prefix.is_empty() || !namespace.is_empty()) {
                self.declare(prefix, namespace, head);
            }
        }
        if self.rare() {
            head.attributes.push(format!("xmlns:xml='{XML}'"));
        }
    }

    /// Attributes that nobody asked for.
    fn stray_attributes(&mut self, head: &mut Head) {
        let names = ["b", "c", "xml:lang", "type", "é"];
        for name in names {
            if self.rare() {
                let value =
                    self.choice.of(&["", "1", "&lt;&#10;&quot;", "a\n\tb", ">", "]]>", "--", "&amp;amp;"]);
                let written = format!("{name}{}{}", self.equals(), self.quoted(value));
                head.attributes.push(written);
            }
        }
    }

    fn broken_attributes(&mut self, head: &mut Head) {
        let wrong: &[&str] = if self.breaks("attribute that is none") {
            &[
                "k",
                "k=",
                "k=v",
                "k=\"v<",
                "k=\"<\"",
                "k=\"&\"",
                "k=\"&nbsp;\"",
                "k=\"&#0;\"",
                "k=\"\u{1}\"",
                "=\"v\"",
                "k:=\"v\"",
                ":k=\"v\"",
                "k:l:m=\"v\"",
                "1=\"v\"",
                "k==\"v\"",
                "k='v\"<",
                "/",
            ]
        } else if self.breaks("attribute that stands twice") {
            &[
                "k='1' k='2'",
                "k='1' l='2' k='1'",
                "xmlns:k='urn:k' xmlns:l='urn:k' k:m='1' l:m='2'",
                "xml:space='a' xml:space='b'",
            ]
        } else if self.breaks("declaration that is forbidden") {
            &[
                "xmlns:k=''",
                "xmlns:xml='urn:k'",
                "xmlns:k='http://www.w3.org/XML/1998/namespace'",
                "xmlns:xmlns='urn:k'",
                "xmlns:k='http://www.w3.org/2000/xmlns/'",
                "xmlns:k='1' xmlns:k='1'",
                "xmlns='http://www.w3.org/2000/xmlns/'",
                "xmlns='http://www.w3.org/XML/1998/namespace'",
                "xmlns:='urn:k'",
                "xmlns:1='urn:k'",
                "xmlns:a:b='urn:k'",
            ]
        } else if self.breaks("prefix that is not declared") {
            &["nowhere:k='v'", "Xsi:k='v'"]
        } else {
            return;
        };
        let wrong = self.choice.of(wrong).to_owned();
        head.attributes.push(wrong);
    }

    fn broken_name(&mut self, name: String, local: &str) -> String {
        if self.breaks("name that is none") {
            let wrong = [
                ":", "x:", "1x", "-x", ".x", "\u{B7}x", "x\u{D7}y", "x&y", "x\u{1}", ":*", "*:", "a:b:*",
                ":a:*", "sf::*", "1*",
            ];
            return self.choice.of(&wrong).replace('*', local);
        }
        if self.breaks("prefix of a name that is not declared") {
            let local = self.choice.of(&["nowhere:x", "xmlns:x", "SF:K__c", "Soapenv:Body"]);
            return local.to_owned();
        }
        name
    }
}
