//! What must not be lost in silence, what is no XML and is told so, and refusals that give the true reason.

mod opportunity;

use opportunity::{OUTBOUND, SOBJECT, body, decode, envelope, fields, message, one, schema, value};
use sf_outbound::{Id, Limits, RecordReader, Value, check_well_formed};

/// Each message with the code, a part of the message and the end of the path of its refusal.
fn refused(table: &[(String, &str, &str, &str)]) {
    for (message, code, says, path) in table {
        let error = decode(message).expect_err(message);
        assert_eq!(error.code(), *code, "{error}\n{message}");
        assert!(error.message().contains(says), "{error}");
        assert!(error.path().ends_with(path), "{error}");
    }
}

#[test]
fn what_merely_begins_like_a_declaration_is_none() {
    let stylesheet = "<?xml-stylesheet href='a' encoding='ISO-8859-1'?>";
    let read = decode(&format!("{stylesheet}{}", fields("<sf:Name>žé😀</sf:Name>"))).unwrap();
    assert_eq!(value(&read, "Name"), Value::Text("žé😀"));
    for accepted in ["<?xml-model encoding='EBCDIC'?><a/>", "<?xml_ encoding='utf-16'?><a>é</a>"] {
        assert!(check_well_formed(accepted.as_bytes(), None, &Limits::default()).is_ok(), "{accepted}");
    }
    for (document, says) in [
        ("<?xml?><a/>", "XML declaration without a version"),
        ("<?xml ?><a/>", "XML declaration without a version"),
        (" <?xml version='1.0'?><a/>", "XML declaration that does not stand at the very start"),
        ("<?XML version='1.0'?><a/>", "processing instruction named `xml`"),
        ("<?xmlversion='1.0'?><a/>", "white space or `?>` expected after the name"),
        ("<a><xmlns:b/></a>", "the prefix `xmlns` is for declarations"),
        ("<a>1 < 2</a>", "in text, `<` is written `&lt;`"),
        ("<a>A & B</a>", "in text, `&` is written `&amp;`"),
        ("<a>&nbsp;</a>", "entity that is not declared"),
        ("<a>&nbsp </a>", "in text, `&` is written `&amp;`"),
    ] {
        let error = check_well_formed(document.as_bytes(), None, &Limits::default()).unwrap_err();
        assert!(error.message().starts_with(says) || error.message().ends_with(says), "{error}");
    }
}

#[test]
fn utf_16_is_in_the_byte_order_that_it_declares() {
    type Order = fn(u16) -> [u8; 2];
    let (little, big): (Order, Order) = (u16::to_le_bytes, u16::to_be_bytes);
    let wide = |text: &str, order: Order| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
    let declared = |name: &str| format!("<?xml version='1.0' encoding='{name}'?><a/>");
    let check = |bytes: &[u8], charset| check_well_formed(bytes, charset, &Limits::default());
    for (name, order, accepted) in [
        ("UTF-16", little, true),
        ("utf-16", big, true),
        ("UTF-16LE", little, true),
        ("UTF-16BE", big, true),
        ("UTF-16BE", little, false),
        ("utf-16le", big, false),
    ] {
        for mark in ["", "\u{FEFF}"] {
            let bytes = wide(&format!("{mark}{}", declared(name)), order);
            let answer = check(&bytes, None);
            assert_eq!(answer.is_ok(), accepted, "{name} {mark:?}");
            if let Err(error) = answer {
                assert_eq!(error.message(), "the declared byte order is not the one of the bytes");
            }
        }
    }
    // A charset that names the order counts, also where the document begins with white space.
    assert!(check(&wide(" <a/>", little), Some("utf-16le")).is_ok());
    assert!(check(&wide(" <a/>", big), Some("utf-16")).is_ok());
    assert!(check(&wide("<a/>", big), Some("utf-16le")).is_err());
}

/// SOAP 1.1, section 4: a Header, a Body, and elements that follow the Body.
#[test]
fn an_envelope_has_one_header_at_most_before_its_one_body() {
    let body = body("<Notification><Id>04lx0000000001XAAQ</Id></Notification>");
    let header = "<e:Header/>";
    let more = "<more xmlns='u'><x/></more><unqualified/>";
    let read = decode(&envelope(&format!("{header}{body}{more}"))).unwrap();
    assert_eq!(read.unknown.names, ["more", "unqualified"]);
    refused(&[
        (envelope(&format!("{body}{body}")), "SFR0401", "second Body", "Envelope/Body"),
        (envelope(&format!("{body}<e:Body/>")), "SFR0401", "second Body", "Envelope/Body"),
        (envelope(&format!("{body}{more}{body}")), "SFR0401", "second Body", "Envelope/Body"),
        (envelope(&format!("{header}{header}{body}")), "SFR0401", "second Header", "Envelope/Header"),
        (envelope(&format!("{body}{header}")), "SFR0401", "Header behind the Body", "Envelope/Header"),
        (envelope(&format!("{header}{body}{header}")), "SFR0401", "Header behind", "Envelope/Header"),
        (envelope(header), "SFR0401", "no Body", ""),
    ]);
}

/// An element of the WSDL in another namespace would be passed over as unknown, and its data lost.
#[test]
fn an_element_of_the_wsdl_in_another_namespace_is_refused() {
    let notification = "<Notification><Id>04lx0000000001XAAQ</Id></Notification>";
    let other = |element: &str| message(&format!("{notification}{element}"));
    let header = |name: &str| message(&format!("<{name} xmlns='u'>x</{name}>{notification}"));
    refused(&[
        (
            one("<sf:sObject xsi:type='sf:Opportunity'><sf:Id>006x0000000001XAAQ</sf:Id></sf:sObject>"),
            "SFR0308",
            "`sObject` of the namespace `urn:sobject.enterprise.soap.sforce.com`, not of the namespace `http://soap.sforce.com/2005/09/outbound`",
            "Notification[1]/sObject",
        ),
        (one("<sObject xmlns=''/>"), "SFR0308", "`sObject` of no namespace", "/sObject"),
        (other("<Notification xmlns='u'/>"), "SFR0308", "`u`", "Notification[2]"),
        (
            message(&notification.replace("<Id>", "<Id xmlns='u'>")),
            "SFR0308",
            "`Id` of the namespace `u`",
            "/Id",
        ),
        (one("<sObject><Id>006x0000000001XAAQ</Id></sObject>"), "SFR0308", "`Id` of the", "sObject/Id"),
        (fields("<Name xmlns='u'>x</Name>"), "SFR0308", "`Name` of the namespace `u`", "sObject/Name"),
        (fields("<Amount>1.0</Amount>"), "SFR0308", "`Amount` of the", "sObject/Amount"),
        (header("OrganizationId"), "SFR0308", "`OrganizationId`", "/OrganizationId"),
        (header("ActionId"), "SFR0308", "`ActionId`", "/ActionId"),
        (header("SessionId"), "SFR0308", "`SessionId`", "/SessionId"),
        (header("EnterpriseUrl"), "SFR0308", "`EnterpriseUrl`", "/EnterpriseUrl"),
        (header("PartnerUrl"), "SFR0308", "`PartnerUrl`", "/PartnerUrl"),
        (
            one("").replace(OUTBOUND, "urn:x"),
            "SFR0308",
            "`notifications` of the namespace `urn:x`",
            "/notifications",
        ),
        (
            one("<sObject xsi:type='sf:Opportunity'/>")
                .replace(SOBJECT, "urn:sobject.partner.soap.sforce.com"),
            "SFR0304",
            "xsi:type is Opportunity of the namespace `urn:sobject.partner.soap.sforce.com`, not of",
            "/sObject",
        ),
    ]);
    let long = one(&format!("<sObject xmlns='{}&#10;'/>", "u".repeat(500)));
    assert!(decode(&long).unwrap_err().message().chars().count() < 200);
    let prefixed = |organization: &str, id: &str| {
        envelope(&format!(
            "<e:Body><o:notifications xmlns:o='{OUTBOUND}'><{organization}>00Dx0000000001gEAA</{organization}>\
             <o:ActionId>04kx0000000001XAAQ</o:ActionId><o:Notification><{id}>04lx0000000001XAAQ</{id}>\
             </o:Notification></o:notifications></e:Body>"
        ))
    };
    assert!(decode(&prefixed("o:OrganizationId", "o:Id")).is_ok());
    refused(&[
        (
            prefixed("OrganizationId", "o:Id"),
            "SFR0308",
            "`OrganizationId` of no namespace",
            "/OrganizationId",
        ),
        (prefixed("o:OrganizationId", "Id"), "SFR0308", "`Id` of no namespace", "Notification[1]/Id"),
    ]);
    let unknown = "<Other xmlns='u'/><x:Name2 xmlns:x='u'>x</x:Name2><x:fieldsToNull xmlns:x='u'/>";
    assert_eq!(decode(&fields(unknown)).unwrap().unknown.elements, 3);
}

/// White space is four characters to XML Schema; anything else makes a value another.
#[test]
fn white_space_of_attributes_is_xml_schemas() {
    let header = |attributes: &str| {
        let body = body("<Notification><Id>04lx0000000001XAAQ</Id></Notification>");
        envelope(&format!("<e:Header><h xmlns='u' {attributes}/></e:Header>{body}"))
    };
    let next = "http://schemas.xmlsoap.org/soap/actor/next";
    for white in [" ", "\t", "\n", "\r", "&#9;", "&#10;", "&#13;"] {
        let padded = |text: &str| format!("{white}{text}{white}");
        let nil = decode(&fields(&format!("<sf:Name xsi:nil='{}'/>", padded("true")))).unwrap();
        assert_eq!(value(&nil, "Name"), Value::Null);
        assert!(decode(&one(&format!("<sObject xsi:type='{}'/>", padded("sf:Opportunity")))).is_ok());
        let must = header(&format!("e:mustUnderstand='{}' e:actor='{}'", padded("1"), padded(next)));
        assert_eq!(decode(&must).unwrap_err().code(), "SFR0403");
    }
    for other in ["\u{85}", "\u{A0}", "\u{1680}", "\u{2000}", "\u{2028}", "\u{3000}"] {
        let padded = |text: &str| format!("{text}{other}");
        // U+1680 may stand in a name, so that it makes another one.
        let code = if other == "\u{1680}" { "SFR0304" } else { "SFR0104" };
        refused(&[
            (fields(&format!("<sf:Name xsi:nil='{}'/>", padded("true"))), "SFR0202", "xsi:nil is", "/Name"),
            (one(&format!("<sObject xsi:type='{}'/>", padded("sf:Opportunity"))), code, "", "/sObject"),
            (header(&format!("e:mustUnderstand='{}'", padded("1"))), "SFR0401", "mustUnderstand is", "/h"),
        ]);
        // Another actor, so that the header is not for this endpoint.
        assert!(decode(&header(&format!("e:mustUnderstand='1' e:actor='{}'", padded(next)))).is_ok());
    }
}

#[test]
fn what_is_no_boolean_is_refused() {
    let must = |value: &str| {
        let body = body("<Notification><Id>04lx0000000001XAAQ</Id></Notification>");
        envelope(&format!("<e:Header><h xmlns='u' e:mustUnderstand='{value}'/></e:Header>{body}"))
    };
    for value in ["0", "false"] {
        assert!(decode(&must(value)).is_ok(), "{value}");
    }
    for value in ["1", "true"] {
        assert_eq!(decode(&must(value)).unwrap_err().code(), "SFR0403", "{value}");
    }
    for value in ["2", "TRUE", "", "yes"] {
        refused(&[
            (must(value), "SFR0401", "mustUnderstand is", "Header/h"),
            (fields(&format!("<sf:Name xsi:nil='{value}'/>")), "SFR0202", "xsi:nil is", "sObject/Name"),
            (one(&format!("<sObject xsi:nil='{value}'/>")), "SFR0202", "xsi:nil is", "/sObject"),
        ]);
    }
    let unknown = decode(&fields("<sf:New xsi:nil='maybe'/>")).unwrap();
    assert_eq!(unknown.unknown.elements, 1, "an unknown element never refuses");
    // White space in a nil string could be its value; in a nil record it is layout.
    refused(&[(fields("<sf:Name xsi:nil='true'> </sf:Name>"), "SFR0203", "nil element", "sObject/Name")]);
    assert_eq!(decode(&one("<sObject xsi:nil='1'>\n</sObject>")).unwrap().notifications[0].sobject, None);
}

#[test]
fn the_type_of_a_field_has_to_be_bound_and_the_wsdls_counts() {
    refused(&[(
        fields("<sf:Name xsi:type='xsd:string'>x</sf:Name>"),
        "SFR0104",
        "prefix is not declared",
        "sObject/Name",
    )]);
    for name in ["", ":string", "sf:", "sf:a:b", "sf: string", "sf:1", "a b", "sf:string\u{A0}"] {
        let message = "xsi:type is a name, or prefix:name";
        refused(&[
            (fields(&format!("<sf:Name xsi:type='{name}'>x</sf:Name>")), "SFR0104", message, "sObject/Name"),
            (one(&format!("<sObject xsi:type='{name}'/>")), "SFR0104", message, "/sObject"),
        ]);
    }
    let typed = "<sf:Amount xsi:type='x:string' xmlns:x='http://www.w3.org/2001/XMLSchema'>1</sf:Amount>";
    assert_eq!(value(&decode(&fields(typed)).unwrap(), "Amount"), Value::Double(1.0));
}

/// The reason is the one that is true, and of two faults the earlier one.
#[test]
fn refusals_name_the_first_fault_where_it_stands() {
    let two = |second: &str| {
        message(&format!(
            "<Notification><Id>04lx0000000001XAAQ</Id></Notification><Notification>{second}</Notification>"
        ))
    };
    // Here the `<` is no text's.
    assert_eq!(decode(&fields("<sf:>y</sf:>")).unwrap_err().message(), "name expected");
    refused(&[
        (fields("<sf:Name>AT<3</sf:Name>"), "SFR0102", "in text, `<` is written `&lt;`", "sObject/Name"),
        (fields("<sf:Name>a<b</sf:Name>"), "SFR0102", "in text, `<` is written `&lt;`", "sObject/Name"),
        (fields("<sf:New>1 < 2</sf:New>"), "SFR0102", "in text, `<` is written `&lt;`", "sObject/New"),
        (fields("<sf:Name>a<b>c</b></sf:Name>"), "SFR0204", "element inside a value", "sObject/Name"),
        (fields("<sf:Name>a<!-- c --><b></x></sf:Name>"), "SFR0204", "element inside a value", "Name/b"),
        (
            one("").replace("schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope"),
            "SFR0402",
            "envelope of SOAP 1.2, not 1.1",
            "",
        ),
        (fields("<xmlns:S>y</xmlns:S>"), "SFR0104", "the prefix `xmlns` is for declarations", "/sObject"),
        (
            two("<Id>bad</Id><sObject xsi:type='sf:Opportunity'><sf:Id>worse</sf:Id></sObject>"),
            "SFR0201",
            "an id has",
            "notifications/Notification[2]/Id",
        ),
        (two("<sObject/>"), "SFR0302", "required id", "notifications/Notification[2]/Id"),
        (
            two("<Id>04lx0000000001XAAQ</Id><sObject><sf:Id>bad</sf:Id><sf:Amount>x</sf:Amount></sObject>"),
            "SFR0201",
            "an id has",
            "Notification[2]/sObject/Id",
        ),
    ]);
}

#[test]
fn an_empty_element_has_no_end_tag() {
    for element in ["sObject", "New"] {
        refused(&[(one(&format!("<{element}/></{element}>")), "SFR0102", "end tag", "/Notification[1]")]);
    }
    refused(&[(message("<Notification/><Id>04lx0000000001XAAQ</Id>"), "SFR0302", "", "Notification[1]/Id")]);
    refused(&[(fields("<sf:Name/></sf:Name>"), "SFR0102", "end tag of another element", "/sObject")]);
    refused(&[(fields("</sObject></sObject>"), "SFR0102", "end tag of another element", "/Notification[1]")]);
}

/// The third one could begin as the second one did.
#[test]
fn a_notification_that_begins_otherwise_than_the_one_before_is_read_as_it_is() {
    let one = |start: &str| {
        format!(
            "{start}04lx0000000001XAAQ</Id><sObject xsi:type='sf:Opportunity'>\
             <sf:Id>006x0000000001XAAQ</sf:Id></sObject></Notification>"
        )
    };
    let good = one("<Notification><Id>");
    refused(&[
        (message(&(good.repeat(2) + &one("<Notification><ID>"))), "SFR0102", "end tag", "Notification[3]/ID"),
        (message(&(good.repeat(2) + &one("<Notificatiom><Id>"))), "SFR0102", "end tag", "/Notificatiom"),
    ]);
}

/// Alike ones are read by what was remembered of the one before.
#[test]
fn a_fault_in_one_of_many_alike_has_its_number() {
    let one = |amount: &str| {
        format!(
            "<Notification><Id>04lx0000000001XAAQ</Id><sObject xsi:type='sf:Opportunity'>\
             <sf:Id>006x0000000001XAAQ</sf:Id><sf:Amount>{amount}</sf:Amount></sObject></Notification>"
        )
    };
    for count in 1..=5 {
        let text = message(&(one("1").repeat(count - 1) + &one("x")));
        let path = format!("notifications/Notification[{count}]/sObject/Amount");
        refused(&[(text, "SFR0202", "", &path)]);
    }
}

#[test]
fn a_session_id_that_is_empty_is_none() {
    for (spelling, is_some) in [
        ("<SessionId>00D!x</SessionId>", true),
        ("<SessionId><![CDATA[00D!x]]></SessionId>", true),
        ("<SessionId></SessionId>", false),
        ("<SessionId/>", false),
        ("<SessionId xsi:nil='true'/>", false),
        ("", false),
    ] {
        let text = one("").replace("</ActionId>", &format!("</ActionId>{spelling}"));
        let read = decode(&text).unwrap();
        assert_eq!((read.session_id.is_some(), read.partner_url), (is_some, None), "{spelling}");
    }
}

#[test]
fn an_empty_element_is_null_where_that_was_asked_for() {
    let post = sf_outbound::Head::new("POST");
    let reader = RecordReader::new(schema()).empty_is_null(true);
    let read = |text: &str| reader.read(post, fields(text).as_bytes());
    for empty in [
        "<sf:Amount/>",
        "<sf:Amount></sf:Amount>",
        "<sf:Amount>\n </sf:Amount>",
        "<sf:Amount><!-- c --></sf:Amount>",
    ] {
        refused(&[(
            fields(empty),
            "SFR0202",
            "an empty element is no null, but xsi:nil=\"true\" is",
            "sObject/Amount",
        )]);
        let message = read(&format!("{empty}<sf:IsWon/><sf:Name></sf:Name><sf:OwnerId/>")).unwrap();
        for null in ["Amount", "IsWon", "OwnerId"] {
            assert_eq!(value(&message, null), Value::Null, "{empty}");
        }
        assert_eq!(value(&message, "Name"), Value::Text(""));
    }
    for wrong in ["<sf:Amount>x</sf:Amount>", "<sf:Amount/><sf:Amount/>"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    let no_id = fields("").replace("006x0000000001X", "");
    assert!(reader.read(post, no_id.as_bytes()).is_err(), "the record's own id is required");
}

/// A record whose fields have no prefix, because their namespace is the default one.
fn unprefixed(name: &str) -> String {
    one(&format!(
        "<o:sObject xsi:type='Opportunity' xmlns:o='{OUTBOUND}' xmlns='{SOBJECT}'><Id>006x0000000001XAAQ</Id>\
         <{name}>x</{name}></o:sObject>"
    ))
}

#[test]
fn no_name_begins_with_a_colon_on_any_path() {
    assert_eq!(value(&decode(&unprefixed("Name")).unwrap(), "Name"), Value::Text("x"));
    for name in [":Name", "Name:", ":", "a:b:Name", ":Other"] {
        let error = decode(&unprefixed(name)).expect_err(name);
        assert!(matches!(error.code(), "SFR0102" | "SFR0104"), "{name}: {error}");
    }
    let first =
        unprefixed("Name").replace("<Id>006", "<:Id>006").replace("XAAQ</Id><Name", "XAAQ</:Id><Name");
    assert_eq!(decode(&first).unwrap_err().code(), "SFR0102");
}

#[test]
fn what_a_body_is_instead_of_xml_is_told() {
    for (document, says) in [
        (&b"\x1F\x8B\x08\x00\x00\x00"[..], "compressed with gzip"),
        (b"\x78\x9C\x4B\x4C", "compressed with zlib"),
        (b"\x28\xB5\x2F\xFD\x04", "compressed with zstd"),
        (b"PD94bWwgdmVyc2lvbj0iMS4wIj8+PGEvPg==", "base64"),
        (b"PHNvYXA6RW52ZWxvcGU+", "base64"),
        (b"77u/PD94bWwgdmVyc2lvbj0i", "base64"),
        (br#"{"body":"<a/>","isBase64Encoded":false}"#, "JSON"),
        (br#""<?xml version='1.0'?>""#, "JSON"),
        (b"message=%3Csoapenv%3AEnvelope", "a form"),
        (b"xml=<a/>", "a form"),
        (b"%3Csoapenv%3AEnvelope", "percent-encoded"),
        (b"&lt;soapenv:Envelope&gt;", "escaped"),
        (b"Plain text with some words", "text before the root element"),
        // As base64 of a document begins, and too short or with other characters.
        (b"PD94", "text before the root element"),
        (b"PANIC: the disk is full, 7 of 7 bytes", "text before the root element"),
    ] {
        let error = schema().decode(document, &Limits::default()).unwrap_err();
        assert!(error.message().contains(says), "{error}");
    }
}

/// A stranger learns nothing of what the listener expects: the organization is checked before the first record.
#[test]
fn the_organization_is_checked_before_the_first_record() {
    let post = sf_outbound::Head::new("POST");
    let stranger = RecordReader::new(schema()).organization(Id::literal("00Dx00000000ZZZ"));
    let known = RecordReader::new(schema()).organization(Id::literal("00Dx0000000001g"));
    let late = one("")
        .replace("<OrganizationId>00Dx0000000001gEAA</OrganizationId>", "")
        .replace("</Notification>", "</Notification><OrganizationId>00Dx0000000001gEAA</OrganizationId>");
    for record in ["<sObject xsi:type='sf:Lead'/>", "<sObject><sf:Amount>x</sf:Amount></sObject>", ""] {
        let refusal = stranger.read(post, one(record).as_bytes()).unwrap_err();
        assert_eq!((refusal.code(), refusal.error()), ("SFR0603", None), "{record}");
    }
    assert!(known.read(post, one("").as_bytes()).is_ok());
    assert_eq!(known.read(post, late.as_bytes()).unwrap_err().code(), "SFR0603");
    assert!(RecordReader::new(schema()).read(post, late.as_bytes()).is_ok(), "whose order is free otherwise");
}
