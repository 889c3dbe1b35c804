//! Plausible messages: values by the type and the name of a field.

use fastrand::Rng;
use sf_outbound::jiff::civil::{Time, date};
use sf_outbound::jiff::{SignedDuration, Timestamp};
use sf_outbound::{Id, Kind, Notifications, OwnedValue, Record, Schema};
use sf_outbound_field::Family;

/// A message with `count` notifications; the same seed gives the same message.
pub(crate) fn message(schema: &Schema, count: u32, seed: u64) -> Notifications<Record> {
    let mut rng = Rng::with_seed(seed);
    let organization_id = id(&mut rng, "00D");
    let organization_15 = &organization_id.as_str()[..15];
    let url = |flavour| {
        Some(format!("https://example.my.salesforce.com/services/Soap/{flavour}/61.0/{organization_15}"))
    };
    let mut message = Notifications::new(organization_id, id(&mut rng, "04k"));
    (message.enterprise_url, message.partner_url) = (url('c'), url('u'));
    (0..count).fold(message, |message, _| message.with(id(&mut rng, "04l"), record(schema, &mut rng)))
}

fn record(schema: &Schema, rng: &mut Rng) -> Record {
    let table = schema.table();
    let mut record = schema.record(id(rng, key_prefix(table.object())));
    for index in 0..table.len() {
        // Salesforce leaves null fields out.
        if rng.u8(..10) == 0 {
            continue;
        }
        let name = table.name(index);
        if let Some(kind) = table.kind(index) {
            record.set(name, value(kind, name, rng));
        }
    }
    record
}

fn value(kind: Kind, name: &str, rng: &mut Rng) -> Option<OwnedValue> {
    let days = i64::from(rng.u16(..3650));
    Some(match kind.family() {
        Family::Id => OwnedValue::Id(id(rng, key_prefix(name.trim_end_matches("Id")))),
        Family::Text => OwnedValue::Text(text(name, rng)),
        Family::Boolean => OwnedValue::Boolean(rng.bool()),
        // What any number type holds is read from its text.
        Family::Whole => return OwnedValue::parse(kind, &whole(kind, name, rng).to_string()).ok(),
        Family::Fraction => return OwnedValue::parse(kind, &fraction(name, rng).to_string()).ok(),
        Family::Date => {
            OwnedValue::Date(date(2016, 1, 1).saturating_add(SignedDuration::from_hours(24 * days)))
        }
        Family::DateTime => {
            let second = 1_451_606_400 + days * 86_400 + i64::from(rng.u32(..86_400));
            OwnedValue::DateTime(Timestamp::from_second(second).unwrap_or_default())
        }
        Family::Time => OwnedValue::Time(Time::new(rng.i8(0..24), rng.i8(0..60), 0, 0).unwrap_or_default()),
        Family::Binary => OwnedValue::Binary((0..rng.usize(1..24)).map(|_| rng.u8(..)).collect()),
    })
}

/// Of a kind that holds more than an int does, most are more.
fn whole(kind: Kind, name: &str, rng: &mut Rng) -> i64 {
    match name {
        _ if name.contains("Year") => rng.i32(2015..2027).into(),
        _ if Kind::Int.reads(kind) => rng.i32(0..5000).into(),
        _ => rng.i64(0..4_294_967_296),
    }
}

fn fraction(name: &str, rng: &mut Rng) -> f64 {
    let hundredths = |rng: &mut Rng, range: std::ops::Range<i32>| f64::from(rng.i32(range)) / 100.0;
    match name {
        _ if name.contains("Latitude") => hundredths(rng, -9_000..9_000),
        _ if name.contains("Longitude") => hundredths(rng, -18_000..18_000),
        _ if name.contains("Probability") || name.contains("Percent") => f64::from(rng.u32(..11)) * 10.0,
        _ => hundredths(rng, 0..5_000_000),
    }
}

fn text(name: &str, rng: &mut Rng) -> String {
    const TABLE: &[(&str, &[&str])] = &[
        ("Email", &["ada@example.com", "grace.hopper@example.org", "kg+sales@example.net"]),
        ("Phone", &["+1 415 555 0100", "+49 30 555 0199", "(020) 7946 0018"]),
        ("Fax", &["+1 415 555 0101"]),
        ("FirstName", &["Ada", "Grace", "Kurt", "Zoë"]),
        ("LastName", &["Lovelace", "Hopper", "Gödel", "O'Neil"]),
        ("City", &["San Francisco", "Zürich", "São Paulo", "東京"]),
        ("Country", &["United States", "Switzerland", "Brazil", "Japan"]),
        ("PostalCode", &["CA 94105", "8001", "01310-100"]),
        ("Zip", &["94105", "10115"]),
        ("State", &["CA", "ZH", "SP"]),
        ("Street", &["The Landmark @ One Market, Suite 300", "Bahnhofstrasse 1\n2. Stock"]),
        ("Stage", &["Prospecting", "Negotiation/Review", "Closed Won"]),
        ("Status", &["New", "Working", "Closed"]),
        ("Type", &["New Business", "Existing Business"]),
        ("Source", &["Web", "Partner Referral", "External Referral"]),
        ("Website", &["https://www.example.com/?a=1&b=2"]),
        ("Url", &["https://www.example.com/"]),
        ("Description", &["Call back <soon> & \"politely\"", "Größe 42", "Two lines\nof text"]),
        ("Title", &["Supreme Being", "VP & CTO"]),
        ("Currency", &["USD", "EUR", "CHF"]),
        ("Number", &["00016492", "CD451796"]),
        ("Name", &["Backpackers, Inc. (Sample)", "Müller & Söhne GmbH", "Acme <Holding>"]),
    ];
    let choices = TABLE
        .iter()
        .find(|row| name.contains(row.0))
        .map_or(&["alpha", "beta", "gamma & delta"][..], |row| row.1);
    choices[rng.usize(..choices.len())].to_owned()
}

fn key_prefix(object: &str) -> &'static str {
    const TABLE: &[(&str, &str)] = &[
        ("Account", "001"),
        ("Contact", "003"),
        ("User", "005"),
        ("Owner", "005"),
        ("CreatedBy", "005"),
        ("LastModifiedBy", "005"),
        ("Opportunity", "006"),
        ("Lead", "00Q"),
        ("Case", "500"),
        ("RecordType", "012"),
        ("Product", "01t"),
    ];
    TABLE.iter().find(|row| object.ends_with(row.0)).map_or("a00", |row| row.1)
}

fn id(rng: &mut Rng, prefix: &str) -> Id {
    let tail: String = (0..10).map(|_| rng.alphanumeric()).collect();
    let id = Id::new(&format!("{prefix}5w{tail}"));
    id.unwrap_or(const { Id::literal("000000000000000") }).to_18()
}
