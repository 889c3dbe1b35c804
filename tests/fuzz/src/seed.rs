//! Documents to start from: each form in which a message, a document or a value comes.

pub(crate) const FIELDS: [(&str, &str); 12] = [
    ("A__c", "any"),
    ("B__c", "SGVsbG8="),
    ("C__c", "true"),
    ("D__c", "2026-02-28"),
    ("E__c", "2026-01-31T09:30:00.000Z"),
    ("F__c", "-12.50"),
    ("G__c", "1.2345678E7"),
    ("H__c", "001x0000000001XAAQ"),
    ("I__c", "-42"),
    ("J__c", "9000000000"),
    ("K__c", "Grand Hotels &amp; Söhne"),
    ("L__c", "09:30:00.000Z"),
];

/// A compact message of one record with an id and these fields.
pub(crate) fn message_of(fields: &str) -> String {
    envelope(&notification("04lx0000000001XAAQ", fields))
}

fn envelope(notifications: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId><SessionId xsi:nil="true"/><EnterpriseUrl>https://example.my.salesforce.com/c</EnterpriseUrl><PartnerUrl>https://example.my.salesforce.com/u</PartnerUrl>{notifications}</notifications></soapenv:Body></soapenv:Envelope>"#
    )
}

fn notification(id: &str, fields: &str) -> String {
    format!(
        r#"<Notification><Id>{id}</Id><sObject xsi:type="sf:Sample__c" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>a00x0000000001XAAQ</sf:Id>{fields}</sObject></Notification>"#
    )
}

fn fields(of: impl Iterator<Item = &'static (&'static str, &'static str)>) -> String {
    of.flat_map(|(name, value)| ["<sf:", name, ">", value, "</sf:", name, ">"]).collect()
}

/// Messages of three notifications in the forms in which senders write them.
#[must_use]
pub fn messages() -> Vec<Vec<u8>> {
    let all = fields(FIELDS.iter());
    let reversed = fields(FIELDS.iter().rev());
    let few = fields(FIELDS.iter().step_by(5));
    let compact =
        envelope(&["A", "B", "C"].map(|n| notification(&format!("04lx000000000{n}XAAQ"), &all)).concat());
    let mixed = envelope(
        &[
            notification("04lx0000000001XAAQ", &few),
            notification("04lx0000000002XAAQ", &reversed),
            r#"<Notification><Id>04lx0000000003XAAQ</Id><sObject xsi:nil="true"/></Notification>"#.into(),
            notification("04lx0000000004X", &format!(r#"{few}<sf:G__c xsi:nil="true"/>"#)),
            notification(
                "04lx0000000005XAAQ",
                "<sf:K__c><![CDATA[<a>]]>&#10;<!-- c -->&quot;</sf:K__c><sf:New__c><x/></sf:New__c>",
            ),
        ]
        .concat(),
    );
    // White space stands around every value but those of ids, to which it would belong.
    let pretty = compact
        .replace("><", ">\n  <")
        .replace("</sf:", " </sf:")
        .replace("XAAQ </sf:", "XAAQ</sf:")
        .replace("<sf:K__c>", "<sf:K__c> ");
    let prefixed = mixed.replace("sf:", "q1:").replace("xmlns:sf", "xmlns:q1").replace("soapenv", "S");
    let spaced = compact.replace("</Id>", "</Id >").replace("\" ", "\"  ");
    let unprefixed = compact
        .replace(
            r#"<sObject xsi:type="sf:Sample__c" xmlns:sf="#,
            r#"<o:sObject xsi:type="Sample__c" xmlns:o="http://soap.sforce.com/2005/09/outbound" xmlns="#,
        )
        .replace("</sObject", "</o:sObject")
        .replace("sf:", "");
    let wide: Vec<u8> = format!("\u{FEFF}{}", mixed.replace("UTF-8", "UTF-16"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = format!("\u{FEFF}{}", pretty.replace('\n', "\r\n"));
    let mut messages: Vec<Vec<u8>> =
        [compact, mixed, pretty, prefixed, spaced, unprefixed, marked].map(String::into_bytes).into();
    messages.push(wide);
    messages
}

/// Small documents with each construct of XML.
#[must_use]
pub fn documents() -> Vec<Vec<u8>> {
    const DOCUMENTS: [&str; 5] = [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:E xmlns:s=\"u\" xmlns=\"v\"><!-- c --><s:B a='1' s:a=\"&lt;2\">\n <x xmlns:p=\"w\" p:t=\"p:é\"><p:Id>00D &amp; &#x41;</p:Id><p:N/><![CDATA[<]]><?pi x?></x>]]&gt;</s:B></s:E>",
        "<a/>",
        "<?xml version='1.0' standalone = 'yes' ?><!-- - --><?p?><ñ:ü xmlns:ñ='u' ñ:b='1' b=\"2\">\r\n]] ></ñ:ü >\n<!---->",
        "<a xml:lang='en' xmlns=''><b xmlns='u'><b xmlns=''/></b><![CDATA[]]]]><![CDATA[>]]></a>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><a b='&apos;&#9;'/>",
    ];
    DOCUMENTS.iter().map(|document| document.as_bytes().to_vec()).collect()
}

/// Texts of values, good and bad.
pub(crate) fn values() -> Vec<Vec<u8>> {
    const MORE: [&str; 14] = [
        "",
        " 1 ",
        "1e22",
        "-0.0",
        "9007199254740993.5",
        "NaN",
        "-INF",
        "24:00:00Z",
        "-0001-01-01",
        "2024-02-29T23:59:59.999999999+14:00",
        "+7",
        "2147483648",
        "00Dx0000000001g",
        "a]]>b",
    ];
    FIELDS.iter().map(|field| field.1).chain(MORE).map(|text| text.as_bytes().to_vec()).collect()
}

/// Records as JSON: as we write them, and as others may.
pub(crate) fn records() -> Vec<Vec<u8>> {
    const MORE: [&str; 4] = [
        r#"{"attributes":{"type":"Sample__c","url":"/x"},"Id":"a00x0000000001X","E__c":"2026-01-31T09:30:00.000+0000","F__c":12.5,"G__c":1e22,"I__c":-7,"J__c":18446744073709551615,"New__c":{"a":[1,null]}}"#,
        r#"{"Id":"a00x0000000001XAAQ","E__c":"2026-01-31T09:30:00-aéb","C__c":"1","K__c":"\ud83d\ude00\\"}"#,
        r#"{"Id":"a00x0000000001XAAQ","A__c":true,"B__c":"","G__c":"NaN","L__c":"10:15:30+14:00","D__c":"2026-01-31Z"}"#,
        r#"{"K__c":null}"#,
    ];
    let field = |(name, value): &(&str, &str)| format!(r#","{name}":"{value}""#);
    let texts: String = FIELDS.iter().map(field).collect();
    let plain = ["true", "-42", "1.2345678E7"]
        .iter()
        .fold(texts.clone(), |texts, value| texts.replace(&format!(r#":"{value}""#), &format!(":{value}")));
    let written = |fields: String| {
        format!(r#"{{"attributes":{{"type":"Sample__c"}},"Id":"a00x0000000001XAAQ"{fields}}}"#).into_bytes()
    };
    MORE.map(|json| json.as_bytes().to_vec()).into_iter().chain([written(texts), written(plain)]).collect()
}

/// One WSDL among them.
pub(crate) const WSDL: &[u8] = include_bytes!("../../wsdl/opportunity.wsdl");

/// Workflow metadata.
#[must_use]
pub fn workflows() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../diff/metadata-fits-by-fields/workflows/Opportunity.workflow-meta.xml").to_vec(),
        include_bytes!("../../diff/metadata-both/new/workflows/Opportunity.workflow-meta.xml").to_vec(),
    ]
}

/// WSDLs, good ones and one for each hazard.
#[must_use]
pub fn wsdls() -> Vec<Vec<u8>> {
    vec![
        WSDL.to_vec(),
        include_bytes!("../../cases/all-types/service.wsdl").to_vec(),
        include_bytes!("../../cases/twins/service.wsdl").to_vec(),
        include_bytes!("../../cases/zero-fields/service.wsdl").to_vec(),
    ]
}
