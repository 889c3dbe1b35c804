//! Values of types of other crates: each holds what the text says or refuses it, and is written back.
#![cfg(all(feature = "chrono", feature = "rust_decimal", feature = "time"))]

#[macro_use]
mod object;

use sf_outbound::chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use sf_outbound::jiff::Timestamp;
use sf_outbound::rust_decimal::Decimal;
use sf_outbound::{Limits, Notifications, SObject, Value};
use sf_outbound::{decode, time};

object!(Sample {
    0 binary: Vec<u8> = "Binary__c" Binary,
    1 chrono_date: NaiveDate = "ChronoDate__c" Date,
    2 chrono_instant: DateTime<Utc> = "ChronoInstant__c" DateTime,
    3 chrono_time: NaiveTime = "ChronoTime__c" Time,
    4 exact: Decimal = "Exact__c" Double,
    5 instant: Timestamp = "Instant__c" DateTime,
    6 text_time: String = "TextTime__c" Time,
    7 time_instant: time::OffsetDateTime = "TimeInstant__c" DateTime,
    8 time_time: time::Time = "TimeTime__c" Time,
});

object!(Numbers { 0 amount: f64 = "Amount__c" Double, 1 count: i32 = "Count__c" Int, });

/// A message with one record that has one field.
fn message(field: &str, text: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>\
         <notifications xmlns='http://soap.sforce.com/2005/09/outbound'>\
         <OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId>\
         <Notification><Id>04lx0000000001XAAQ</Id>\
         <sObject xmlns:sf='urn:sobject.enterprise.soap.sforce.com'><sf:Id>006x0000000001XAAQ</sf:Id>\
         <sf:{field}>{text}</sf:{field}></sObject></Notification></notifications></e:Body></e:Envelope>"
    )
}

fn read(field: &str, text: &str) -> Result<Notifications<Sample>, String> {
    decode(message(field, text).as_bytes(), &Limits::default()).map_err(|error| error.message().to_owned())
}

/// What the field's value is written as, after checking that what is written reads as the same value.
fn written(field: &str, text: &str) -> Result<String, String> {
    let message = read(field, text)?;
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    let again = decode::<Sample>(&bytes, &Limits::default()).unwrap();
    assert_eq!(again, message, "{field} {text}");
    Ok(message.notifications[0].sobject.as_ref().unwrap().get(field).unwrap().to_string())
}

#[test]
fn a_time_with_a_zone_is_the_time_in_utc_whatever_type_holds_it() {
    for field in ["ChronoTime__c", "TimeTime__c"] {
        for (text, utc) in [
            ("10:15:30+14:00", "20:15:30.000Z"),
            ("20:15:30.5-05:30", "01:45:30.500Z"),
            ("24:00:00+02:00", "22:00:00.000Z"),
            ("09:30:00", "09:30:00.000Z"),
        ] {
            assert_eq!(written(field, text).as_deref(), Ok(utc), "{field} {text}");
        }
    }
    // A text is kept with its zone.
    assert_eq!(written("TextTime__c", " 10:15:30+14:00 ").as_deref(), Ok("10:15:30+14:00"));
}

#[test]
fn an_instant_is_read_where_its_type_holds_it_and_else_refused_for_that() {
    for (text, utc) in [
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
        ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
        ("9999-12-31T12:00:00+14:00", "9999-12-30T22:00:00.000Z"),
        ("-9999-01-01T00:00:00Z", "-9999-01-01T00:00:00.000Z"),
        ("0000-02-29T24:00:00Z", "0000-03-01T00:00:00.000Z"),
        ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z"),
    ] {
        for field in ["ChronoInstant__c", "TimeInstant__c"] {
            assert_eq!(written(field, text).as_deref(), Ok(utc), "{field} {text}");
        }
    }
    for field in ["ChronoInstant__c", "TimeInstant__c", "Instant__c"] {
        let reason = "in UTC the instant is outside the years -9999..=9999";
        assert_eq!(written(field, "9999-12-31T23:59:59-00:01").unwrap_err(), reason, "{field}");
    }
    assert_eq!(written("Instant__c", "9999-12-31T12:00:00+14:00").as_deref(), Ok("9999-12-30T22:00:00.000Z"));
    let reason = written("Instant__c", "9999-12-31T23:59:59Z").unwrap_err();
    assert!(reason.starts_with("the instant is outside"), "{reason}");
}

#[test]
fn a_value_of_one_character_is_read() {
    let read = |field: &str| {
        let read = decode::<Numbers>(message(field, "7").as_bytes(), &Limits::default()).unwrap();
        read.notifications[0].sobject.clone().unwrap()
    };
    assert_eq!((read("Amount__c").amount, read("Count__c").count), (Some(7.0), Some(7)));
}

#[test]
fn empty_base64_is_no_bytes() {
    for text in ["", " ", "\n\t"] {
        let message = read("Binary__c", text).unwrap();
        assert_eq!(message.notifications[0].sobject.as_ref().unwrap().binary, Some(Vec::new()));
        assert_eq!(written("Binary__c", text).as_deref(), Ok(""));
    }
    assert!(written("Binary__c", "=").is_err());
}

/// What is written of a record with these values.
fn encoded(record: Sample) -> Sample {
    let mut message = read("Binary__c", "").unwrap();
    message.notifications[0].sobject = Some(record);
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    let again = decode::<Sample>(&bytes, &Limits::default()).unwrap();
    again.notifications[0].sobject.clone().unwrap()
}

#[test]
fn a_leap_second_of_chrono_is_written_as_the_last_nanosecond_before_its_end() {
    let time = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
    let day = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
    let record = Sample {
        chrono_time: Some(time),
        chrono_instant: Some(day.and_time(time).and_utc()),
        ..Sample::new(sf_outbound::Id::literal("006x0000000001X"))
    };
    let read = encoded(record);
    let last = time.with_nanosecond(999_999_999).unwrap();
    assert_eq!((read.chrono_time, read.chrono_instant), (Some(last), Some(day.and_time(last).and_utc())));
    assert_eq!(
        Value::from(&Some(day.and_time(time).and_utc())).to_string(),
        "2016-12-31T23:59:59.999999999Z"
    );
    for field in ["ChronoInstant__c", "TimeInstant__c", "Instant__c"] {
        assert!(written(field, "2016-12-31T23:59:60Z").is_err(), "XML Schema has no leap second");
    }
}

#[test]
fn the_last_days_that_other_crates_hold_are_written() {
    let day = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
    let instant = day.and_hms_nano_opt(23, 59, 59, 7).unwrap().and_utc();
    let record = Sample {
        chrono_instant: Some(instant),
        chrono_date: Some(day),
        time_instant: Some(time::PrimitiveDateTime::MAX.assume_utc()),
        ..Sample::new(sf_outbound::Id::literal("006x0000000001X"))
    };
    assert_eq!(encoded(record.clone()), record);
}

/// A number as sign, digits without zeros around, and the power of ten of the last digit: equal numbers are equal texts.
fn exact(text: &str) -> (bool, String, i64) {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = number.trim_start_matches(['+', '-']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let power = exponent.parse::<i64>().unwrap() - i64::try_from(fraction.len()).unwrap();
    let short = digits.trim_end_matches('0');
    let power = power + i64::try_from(digits.len() - short.len()).unwrap();
    let short = short.trim_start_matches('0');
    if short.is_empty() {
        return (false, String::new(), 0);
    }
    (number.starts_with('-'), short.to_owned(), power)
}

/// Whether 96 bits and at most 28 digits behind the point hold a number.
fn is_held((_, digits, power): &(bool, String, i64)) -> bool {
    if *power < -28 || i64::try_from(digits.len()).unwrap() + power > 29 {
        return false;
    }
    let zeros = usize::try_from(*power).unwrap_or(0);
    let whole: u128 = format!("0{digits}{}", "0".repeat(zeros)).parse().unwrap_or(u128::MAX);
    whole < 1 << 96
}

#[test]
fn a_decimal_is_exact_or_refused() {
    let fixed = [
        "1234567890123456789012345678.95E-3",
        "0.00000000000000000000000000015",
        "79228162514264337593543950335",
        "79228162514264337593543950336",
        "79228162514264337593543950335.0",
        "1.00000000000000000000000000000000000000",
        "0E99999",
        "0.0E-99999",
        "-0",
        "1E28",
        "1E29",
        "1.5e+3",
        "+.5",
        "5.",
        "000000000000000000000000000000000000000001",
        "7E-28",
        "70E-29",
        "7E-29",
    ];
    let mut random = 7_u64;
    let mut below = |bound: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % bound
    };
    let made = (0..6000).map(|_| {
        let whole: String = (0..below(31)).map(|_| below(10).to_string()).collect();
        let fraction: String = (0..below(31)).map(|_| (below(14) % 10).to_string()).collect();
        let exponent = format!("E{}{}", if below(2) == 0 { "-" } else { "" }, below(34));
        let sign = if below(2) == 0 { "-" } else { "" };
        format!("{sign}{whole}0.{fraction}{}", if below(3) == 0 { "" } else { &exponent })
    });
    let (mut read, mut refused) = (0, 0);
    for text in fixed.into_iter().map(str::to_owned).chain(made) {
        let number = exact(&text);
        match written("Exact__c", &text) {
            Ok(again) => {
                assert_eq!(exact(&again), number, "{text}");
                read += 1;
            }
            Err(reason) => {
                assert!(!is_held(&number), "{text}: {reason}");
                assert!(reason.contains("28 digits behind the point"), "{reason}");
                refused += 1;
            }
        }
    }
    assert!(read > 1000 && refused > 1000, "{read} read, {refused} refused");
    for (text, scale) in [("12.50", "12.50"), ("-0.10", "-0.10"), ("7", "7.0"), ("1.5E1", "15.0")] {
        assert_eq!(written("Exact__c", text).as_deref(), Ok(scale));
    }
    for text in ["", ".", "-", "1_000", "1E", "E5", "1E5.0", "1e--5", "INF", "NaN", "0x1", "1.2.3", "\u{661}"]
    {
        let reason = written("Exact__c", text).unwrap_err();
        assert!(reason.contains("a number such as -12.50"), "{text}: {reason}");
    }
}
