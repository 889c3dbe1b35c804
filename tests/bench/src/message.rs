//! Messages as Salesforce sends them, and as others do.

use crate::fields::fields;

/// How elements are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Nothing between elements.
    Compact,
    /// A line each, indented.
    Pretty,
    /// Compact, as another sender might write it: other prefixes, attributes in another order, and the fields of each
    /// record in reverse, so that no prediction of the next field comes true.
    Foreign,
}

/// What stands in the strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Plain ASCII.
    Ascii,
    /// One string in 4 with an entity or a reference, 1 in 5 with other alphabets, 1 in 20 in a CDATA section.
    Rich,
}

const SOBJECT: &str =
    r#"<sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">"#;

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn id(&mut self, prefix: &str) -> String {
        const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let rest =
            (prefix.len()..18).map(|_| char::from(LETTERS[usize::try_from(self.below(62)).unwrap_or(0)]));
        prefix.chars().chain(rest.collect::<Vec<_>>()).collect()
    }

    fn date(&mut self) -> String {
        format!("20{:02}-{:02}-{:02}", self.below(30) + 10, self.below(12) + 1, self.below(28) + 1)
    }

    fn time(&mut self) -> String {
        format!("{:02}:{:02}:{:02}.000Z", self.below(24), self.below(60), self.below(60))
    }
}

/// A message; the layout does not change its values, and about one field in ten is left out, as nulls are.
#[must_use]
pub fn message(field_count: usize, notifications: usize, layout: Layout, content: Content) -> Vec<u8> {
    let mut random = Random(u64::try_from(field_count * 1000 + notifications).unwrap_or(1));
    let fields = fields(field_count);
    let mut lines = vec![
        (0, r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned()),
        (0, r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#.to_owned()),
        (1, "<soapenv:Body>".to_owned()),
        (2, r#"<notifications xmlns="http://soap.sforce.com/2005/09/outbound">"#.to_owned()),
        (3, format!("<OrganizationId>{}</OrganizationId>", random.id("00D"))),
        (3, format!("<ActionId>{}</ActionId>", random.id("04k"))),
        (3, r#"<SessionId xsi:nil="true"/>"#.to_owned()),
        (3, "<EnterpriseUrl>https://example.my.salesforce.com/services/Soap/c/62.0/00D000000000001</EnterpriseUrl>".to_owned()),
        (3, "<PartnerUrl>https://example.my.salesforce.com/services/Soap/u/62.0/00D000000000001</PartnerUrl>".to_owned()),
    ];
    for _ in 0..notifications {
        lines.push((3, "<Notification>".into()));
        lines.push((4, format!("<Id>{}</Id>", random.id("04l"))));
        lines.push((4, SOBJECT.into()));
        let mut record = vec![(5, format!("<sf:Id>{}</sf:Id>", random.id("006")))];
        for (name, kind) in &fields {
            let value = value(&mut random, name, kind, content);
            if random.below(10) > 0 {
                record.push((5, format!("<sf:{name}>{value}</sf:{name}>")));
            }
        }
        if layout == Layout::Foreign {
            record.reverse();
        }
        lines.append(&mut record);
        lines.push((4, "</sObject>".into()));
        lines.push((3, "</Notification>".into()));
    }
    lines.extend([
        (2, "</notifications>".into()),
        (1, "</soapenv:Body>".into()),
        (0, "</soapenv:Envelope>".into()),
    ]);
    let mut text = String::new();
    for (depth, line) in lines {
        if layout == Layout::Pretty {
            text.push('\n');
            text.push_str(&"      "[..depth]);
        }
        text.push_str(&line);
    }
    if layout == Layout::Foreign {
        let swapped =
            r#"<sObject xmlns:sf="urn:sobject.enterprise.soap.sforce.com" xsi:type="sf:Opportunity">"#;
        text = text.replace(SOBJECT, swapped).replace("sf:", "ns2:").replace("xmlns:sf", "xmlns:ns2");
        text = text.replace("soapenv", "S").replace("xsi", "i");
    }
    text.trim_start().to_owned().into_bytes()
}

fn value(random: &mut Random, name: &str, kind: &str, content: Content) -> String {
    match kind {
        "ent:ID" => random.id("001"),
        "xsd:double" => match random.below(5) {
            0 => format!("{}.{:02}", random.below(100_000), random.below(100)),
            1 => format!("{}.0", random.below(1_000_000)),
            2 => format!("{}.0", random.below(101)),
            3 => "1.2345678E7".into(),
            _ => format!("-{}.{:03}", random.below(10), random.below(1000)),
        },
        "xsd:int" => random.below(100_000).to_string(),
        "xsd:boolean" => if random.below(2) == 0 { "false" } else { "true" }.into(),
        "xsd:date" => random.date(),
        "xsd:dateTime" => format!("{}T{}", random.date(), random.time()),
        "xsd:time" => random.time(),
        "xsd:base64Binary" => {
            let groups = random.below(28) + 4;
            (0..groups)
                .map(|group| ["SGVs", "bG8s", "IHdv", "cmxk"][usize::try_from(group % 4).unwrap_or(0)])
                .collect()
        }
        _ => {
            let length = if name == "Description" { 80 + random.below(320) } else { 4 + random.below(44) };
            string(random, length, content)
        }
    }
}

fn string(random: &mut Random, length: u64, content: Content) -> String {
    const SAMPLE: &str = "Met with the buying committee on site; the technical evaluation went well and legal has the paper. Next step is a pricing call with procurement, then signature before quarter end. Risk: budget freeze. ";
    const WORLD: [&str; 4] =
        ["Müller Söhne ", "東京支社 第一営業部 ", "Société Générale — ", "😀 новая сделка "];
    const ESCAPED: [&str; 5] = [" AT&amp;T", " &quot;quoted&quot;", " &lt;5%", " it&apos;s", " &#233;"];
    let start = usize::try_from(random.below(60)).unwrap_or(0);
    let length = usize::try_from(length).unwrap_or(4);
    let text: String = SAMPLE.chars().cycle().skip(start).take(length).collect();
    let text = text.trim().to_owned();
    let (world, escape, section) = (random.below(20), random.below(20), random.below(20));
    if content == Content::Ascii {
        return text;
    }
    let front = if world < 4 { WORLD[usize::try_from(world).unwrap_or(0)] } else { "" };
    match escape {
        _ if section == 0 => format!("<![CDATA[{front}{text} <b>&raw</b>]]>"),
        0..5 => format!("{front}{text}{}", ESCAPED[usize::try_from(escape).unwrap_or(0)]),
        _ => format!("{front}{text}"),
    }
}
