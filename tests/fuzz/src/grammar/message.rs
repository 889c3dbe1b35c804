//! The elements of an outbound message, most in their order and with good values.

use super::habits::{OUTBOUND, RECORD, SOAP};
use super::maker::Maker;

/// Each field with values of its type, and some that are none.
const FIELDS: [(&str, &[&str]); 12] = [
    ("A__c", &["any", ""]),
    ("B__c", &["SGVsbG8=", "SGVs bG8=", "", "?"]),
    ("C__c", &["true", "false", "1", "0", "TRUE"]),
    ("D__c", &["2026-02-28", "2024-02-29Z", "2026-02-29"]),
    (
        "E__c",
        &["2026-01-31T09:30:00.000Z", "2026-01-31T09:30:00+05:30", "2026-01-31T24:00:00Z", "2026-01-31"],
    ),
    ("F__c", &["-12.50", "12345678901234567890.123", ".5", "1e3"]),
    ("G__c", &["1.2345678E7", "50.0", "-0", "NaN", "INF", "1,5"]),
    ("H__c", &["001x0000000001XAAQ", "001x0000000001X", "001x"]),
    ("I__c", &["-42", "+7", "2147483647", "2147483648"]),
    ("J__c", &["9000000000", "0007", "9223372036854775808"]),
    ("K__c", &["Grand Hotels"]),
    ("L__c", &["09:30:00.000Z", "24:00:00Z", "09:30"]),
];
const UNKNOWN: [&str; 5] = ["New__c", "Idx", "K__C", "sObject", "Notification"];

impl Maker<'_> {
    pub(super) fn message(&mut self) {
        self.element(SOAP, "Envelope", &[], |maker| {
            maker.between();
            if maker.rare() {
                maker.element(SOAP, "Header", &[], |maker| {
                    maker.unknown(2);
                    maker.between();
                });
                maker.between();
            }
            maker.element(SOAP, "Body", &[], |maker| {
                maker.between();
                maker.element(OUTBOUND, "notifications", &[], Self::notifications);
                maker.between();
            });
            maker.between();
        });
    }

    fn notifications(&mut self) {
        let session = if self.choice.one_in(4) { "s" } else { "" };
        self.simple(OUTBOUND, "OrganizationId", "00Dx0000000001gEAA");
        self.simple(OUTBOUND, "ActionId", "04kx0000000001XAAQ");
        if session.is_empty() {
            self.nil(OUTBOUND, "SessionId");
        } else {
            self.simple(OUTBOUND, "SessionId", session);
        }
        self.simple(OUTBOUND, "EnterpriseUrl", "https://example.my.salesforce.com/c");
        self.simple(OUTBOUND, "PartnerUrl", "https://example.my.salesforce.com/u");
        if self.rare() {
            self.unknown(2);
        }
        for number in 0..=self.choice.below(3) {
            self.between();
            self.element(OUTBOUND, "Notification", &[], |maker| maker.notification(number));
        }
        self.between();
    }

    fn notification(&mut self, number: u8) {
        let ids = ["04lx0000000001XAAQ", "04lx0000000002XAAQ", "04lx0000000003X"];
        self.simple(OUTBOUND, "Id", ids[usize::from(number)]);
        if self.rare() {
            self.unknown(1);
        }
        self.between();
        if self.rare() {
            match self.choice.below(3) {
                0 => {}
                1 => self.element(OUTBOUND, "sObject", &[("nil", "true")], |_| {}),
                _ => self.element(OUTBOUND, "sObject", &[], Self::record),
            }
        } else {
            self.typed_record();
        }
        self.between();
    }

    /// The type's prefix is the record's own declaration, as Salesforce writes it, or an outer one.
    fn typed_record(&mut self) {
        let prefix = self.habit(RECORD);
        let kind = if self.rare() {
            self.choice.of(&["sf:Other", " sf:Sample__c\n", "Sample__c"])
        } else {
            match prefix {
                "" => "Sample__c",
                "sf" => "sf:Sample__c",
                _ => "ns2:Sample__c",
            }
        };
        let own = (self.meaning(prefix) != Some(RECORD) || self.choice.one_in(2)).then_some((prefix, RECORD));
        self.declaring(own, (OUTBOUND, "sObject"), &[("type", kind)], Self::record);
    }

    fn record(&mut self) {
        self.simple(RECORD, "Id", "a00x0000000001XAAQ");
        let few = self.choice.one_in(3);
        let reversed = self.rare();
        for index in 0..FIELDS.len() {
            let (name, values) = FIELDS[if reversed { FIELDS.len() - 1 - index } else { index }];
            if few && self.choice.one_in(2) {
                continue;
            }
            self.field(name, values);
            if self.rare() {
                self.unknown(3);
            }
        }
        self.between();
    }

    fn field(&mut self, name: &'static str, values: &'static [&'static str]) {
        if self.rare() {
            match self.choice.below(3) {
                0 => return self.nil(RECORD, name),
                1 => self.field(name, values),
                _ => {}
            }
        }
        self.between();
        if matches!(name, "A__c" | "K__c") {
            return self.element(RECORD, name, &[], Self::text);
        }
        let value = if self.rare() { self.choice.of(values) } else { values[0] };
        self.simple(RECORD, name, value);
    }

    fn nil(&mut self, namespace: &'static str, name: &'static str) {
        let value =
            if self.rare() { self.choice.of(&["1", " true ", "false", "0", "TRUE", ""]) } else { "true" };
        self.between();
        self.element(namespace, name, &[("nil", value)], |maker| {
            if maker.rare() {
                maker.text();
            }
        });
    }

    /// An element with a value, which can be cut by what means nothing.
    fn simple(&mut self, namespace: &'static str, name: &'static str, value: &'static str) {
        self.between();
        self.element(namespace, name, &[], |maker| {
            let (start, end) = if maker.rare() { value.split_at(value.len() / 2) } else { (value, "") };
            if maker.rare() {
                maker.write(" \n");
            }
            maker.write(start);
            if !end.is_empty() {
                match maker.choice.below(4) {
                    0 => maker.comment(),
                    1 => maker.instruction(),
                    2 => maker.write("<![CDATA[]]>"),
                    _ => {}
                }
            }
            maker.write(end);
            maker.broken_text();
            if maker.rare() {
                maker.write("\t");
            }
        });
    }

    /// An element that no WSDL knows, with others in it.
    fn unknown(&mut self, depth: u8) {
        self.between();
        let namespace = self.choice.of(&[RECORD, "urn:x", RECORD, OUTBOUND, "urn:y"]);
        let name = self.choice.of(&UNKNOWN);
        self.element(namespace, name, &[], |maker| {
            maker.text();
            if depth > 0 && maker.choice.one_in(2) {
                maker.unknown(depth - 1);
                maker.text();
            }
        });
    }
}
