use super::*;

fn read(kind: Kind, text: &str) -> Option<String> {
    let mut slot = None;
    put(Slot::Dynamic(&mut slot), kind, Cow::Borrowed(text)).ok()?;
    slot.map(|value| value.as_value().to_string())
}

/// Text, and what is written again; `None` where it is refused.
#[test]
fn each_type_has_its_full_lexical_range_and_no_more() {
    #[rustfmt::skip]
    let table: &[(Kind, &str, Option<&str>)] = &[
        (Kind::Boolean, "true", Some("true")), (Kind::Boolean, " 1\n", Some("true")), (Kind::Boolean, "0", Some("false")),
        (Kind::Boolean, "True", None), (Kind::Boolean, "", None),
        (Kind::Int, "+5", Some("5")), (Kind::Int, "-2147483648", Some("-2147483648")), (Kind::Int, "007", Some("7")),
        (Kind::Int, "2147483648", None), (Kind::Int, "5.0", None), (Kind::Int, "", None), (Kind::Int, "-", None),
        (Kind::Long, "9223372036854775807", Some("9223372036854775807")), (Kind::Long, "9223372036854775808", None),
        (Kind::Double, "12.0", Some("12.0")), (Kind::Double, "5", Some("5.0")), (Kind::Double, ".5", Some("0.5")),
        (Kind::Double, "5.", Some("5.0")), (Kind::Double, "-1.5E7", Some("-1.5E7")), (Kind::Double, "1e-7", Some("1.0E-7")),
        (Kind::Double, "10000000", Some("1.0E7")), (Kind::Double, "9999999.9", Some("9999999.9")), (Kind::Double, "0.001", Some("0.001")),
        (Kind::Double, "-0", Some("-0.0")), (Kind::Double, "INF", Some("INF")), (Kind::Double, "-INF", Some("-INF")),
        (Kind::Double, "NaN", Some("NaN")), (Kind::Double, "+INF", Some("INF")), (Kind::Double, "++INF", None), (Kind::Double, "+NaN", None), (Kind::Double, "inf", None), (Kind::Double, "nan", None), (Kind::Double, "infinity", None),
        (Kind::Double, "1e", None), (Kind::Double, ".", None), (Kind::Double, "1,5", None), (Kind::Double, "0x1", None), (Kind::Double, "", None),
        (Kind::Double, "1e400", Some("INF")), (Kind::Double, "5e-324", Some("5.0E-324")),
        (Kind::Decimal, " +1.50 ", Some("+1.50")), (Kind::Decimal, ".5", Some(".5")), (Kind::Decimal, "1e5", None), (Kind::Decimal, ".", None),
        (Kind::Date, "2026-01-31", Some("2026-01-31")), (Kind::Date, "2026-01-31Z", Some("2026-01-31")),
        (Kind::Date, "2026-01-31+14:00", Some("2026-01-31")), (Kind::Date, "2026-01-31+14:01", None),
        (Kind::Date, "2024-02-29", Some("2024-02-29")), (Kind::Date, "2026-02-29", None), (Kind::Date, "26-01-31", None),
        (Kind::Date, "12026-01-31", None), (Kind::Date, "02026-01-31", None), (Kind::Date, "-0044-03-15", Some("-0044-03-15")), (Kind::Date, "2026-1-31", None),
        // The characters around the digits of ASCII are `/` and `:`.
        (Kind::Date, "2026-0:-05", None), (Kind::Date, "2026-:0-05", None), (Kind::Date, "2026-10-0:", None), (Kind::Date, "2026-0/-05", None),
        (Kind::Date, "2026-01-31+0::00", None), (Kind::Time, "0::30:00", None), (Kind::Time, "09:0::00", None), (Kind::Time, "09:30:0:", None),
        (Kind::DateTime, "2026-13-05T00:00:00.000Z", None), (Kind::DateTime, "2026-00-05T00:00:00.000Z", None),
        (Kind::DateTime, "2026-04-31T00:00:00.000Z", None), (Kind::DateTime, "2026-06-31T00:00:00.000Z", None),
        (Kind::DateTime, "2026-09-31T00:00:00.000Z", None), (Kind::DateTime, "2026-11-31T00:00:00.000Z", None),
        (Kind::DateTime, "2026-02-29T00:00:00.000Z", None), (Kind::DateTime, "1900-02-29T00:00:00.000Z", None),
        (Kind::DateTime, "2026-01-00T00:00:00.000Z", None), (Kind::DateTime, "2026-01-32T00:00:00.000Z", None),
        (Kind::DateTime, "2026-09-09T00:41:57.000Z", Some("2026-09-09T00:41:57.000Z")),
        (Kind::DateTime, "2026-09-09T00:41:57", Some("2026-09-09T00:41:57.000Z")),
        (Kind::DateTime, "2026-09-09T02:41:57+02:00", Some("2026-09-09T00:41:57.000Z")),
        (Kind::DateTime, "2026-09-08T19:11:57.5-05:30", Some("2026-09-09T00:41:57.500Z")),
        (Kind::DateTime, "2026-09-09T00:41:57.1234567891234Z", Some("2026-09-09T00:41:57.123456789Z")),
        (Kind::DateTime, "2026-12-31T24:00:00Z", Some("2027-01-01T00:00:00.000Z")),
        (Kind::DateTime, "2026-12-31T24:00:01Z", None), (Kind::DateTime, "2026-12-31T23:59:60Z", None),
        (Kind::DateTime, "2026-12-31 23:59:59Z", None), (Kind::DateTime, "2026-12-31T23:59:59.Z", None),
        (Kind::DateTime, "2026-12-31 23:59:59.000Z", None), (Kind::DateTime, "2026-12-31t23:59:59.000Z", None),
        (Kind::DateTime, "2026-12-31_23:59:59.000Z", None), (Kind::DateTime, "2026-12-31T23:59:59.000z", None),
        (Kind::DateTime, "2026-12-31T24:00:00.0000000001Z", None), (Kind::DateTime, "2026-12-31T24:00:00.000000000000Z", Some("2027-01-01T00:00:00.000Z")),
        (Kind::DateTime, "0000-03-01T00:00:00Z", Some("0000-03-01T00:00:00.000Z")), (Kind::DateTime, "-0001-12-31T24:00:00Z", Some("0000-01-01T00:00:00.000Z")),
        (Kind::DateTime, "9999-12-31T12:00:00+14:00", Some("9999-12-30T22:00:00.000Z")), (Kind::DateTime, "9999-12-31T23:59:59Z", None),
        (Kind::DateTime, "-9999-01-01T14:00:00-14:00", Some("-9999-01-02T04:00:00.000Z")), (Kind::DateTime, "-9999-01-01T00:00:00Z", None),
        (Kind::DateTime, "9999-12-31T23:59:59-14:00", None), (Kind::DateTime, "2026-12-31", None), (Kind::DateTime, "", None),
        (Kind::Time, "09:30:00.000Z", Some("09:30:00.000Z")), (Kind::Time, "09:30:00", Some("09:30:00.000Z")),
        (Kind::Time, "24:00:00", Some("00:00:00.000Z")), (Kind::Time, "25:00:00", None), (Kind::Time, "9:30:00", None),
        (Kind::Time, "10:15:30+14:00", Some("20:15:30.000Z")), (Kind::Time, "20:15:30.5-05:30", Some("01:45:30.500Z")),
        (Kind::Time, "00:00:00-00:00", Some("00:00:00.000Z")), (Kind::Time, "24:00:00+02:00", Some("22:00:00.000Z")),
        (Kind::Time, "24:00:00.0000000001Z", None), (Kind::Time, "23:59:60Z", None),
        (Kind::Binary, "AQID", Some("AQID")), (Kind::Binary, "AQ ID\nBA==", Some("AQIDBA==")), (Kind::Binary, "AQI", None), (Kind::Binary, "", Some("")), (Kind::Binary, " \n", Some("")),
        (Kind::Binary, "=", None), (Kind::Binary, "\u{A0}", None),
        (Kind::Text, "", Some("")), (Kind::Text, " x ", Some(" x ")),
        (Kind::Id, "00Dx0000000001g", Some("00Dx0000000001g")), (Kind::Id, " 00Dx0000000001g", None), (Kind::Id, "", None),
    ];
    for (kind, text, expected) in table {
        assert_eq!(read(*kind, text).as_deref(), *expected, "{kind:?} {text:?}");
    }
}

/// An offset of a zone, and whether it is one; the same for each type that has zones.
#[test]
fn an_offset_has_at_most_14_hours_and_59_minutes() {
    for (zone, seconds) in [
        ("", Some(0)),
        ("Z", Some(0)),
        ("+00:00", Some(0)),
        ("-00:59", Some(-3540)),
        ("+00:59", Some(3540)),
        ("+00:60", None),
        ("+00:99", None),
        ("-00:99", None),
        ("+13:59", Some(50_340)),
        ("+14:00", Some(50_400)),
        ("-14:00", Some(-50_400)),
        ("+14:01", None),
        ("+15:00", None),
        ("+0200", None),
        ("+2:00", None),
        ("+02:00Z", None),
        ("+02:00 Z", None),
        ("z", None),
        ("+0\u{661}:00", None),
        ("\u{2212}02:00", None),
    ] {
        let noon = Timestamp::constant(1_768_478_400, 0);
        let shifted = seconds.map(|seconds| noon - jiff::SignedDuration::from_secs(seconds));
        assert_eq!(date::date_time(&format!("2026-01-15T12:00:00{zone}")).ok(), shifted, "{zone}");
        let time = shifted.map(|instant| jiff::tz::Offset::UTC.to_datetime(instant).time());
        assert_eq!(date::time(&format!("12:00:00{zone}")).ok(), time, "{zone}");
        let date = seconds.map(|_| jiff::civil::date(2026, 1, 15));
        assert_eq!(date::date(&format!("2026-01-15{zone}")).ok(), date, "{zone}");
    }
}

/// Each reason is true of its text, says what would be right, and shows nothing of the text.
#[test]
fn a_refused_value_has_a_true_reason() {
    for (kind, text, reason) in [
        (Kind::Date, "12026-01-31", "the year is outside -9999..=9999"),
        (Kind::Date, "2026-02-30", "no such day in the calendar; a date looks like 2026-01-31"),
        (Kind::Date, "2026-13-01", "no such day in the calendar; a date looks like 2026-01-31"),
        (Kind::Date, "31.01.2026", "a date looks like 2026-01-31"),
        (Kind::Date, "2026-01-31T00:00:00Z", "a date looks like 2026-01-31"),
        (Kind::DateTime, "99999999999-01-31T00:00:00Z", "the year is outside -9999..=9999"),
        (
            Kind::DateTime,
            "2026-02-30T00:00:00Z",
            "no such day in the calendar; a dateTime looks like 2026-01-31T09:30:00.000Z",
        ),
        (Kind::DateTime, "2026-01-31 00:00:00Z", "a dateTime looks like 2026-01-31T09:30:00.000Z"),
        (
            Kind::DateTime,
            "2026-01-31T00:00:60Z",
            "no such time of day: at most 23:59:59 and a fraction, or 24:00:00",
        ),
        (
            Kind::DateTime,
            "2026-01-31T00:00:00+15:00",
            "a zone is Z or an offset of at most 14 hours, such as +02:00",
        ),
        (
            Kind::DateTime,
            "9999-12-31T23:59:59Z",
            "the instant is outside -9999-01-02T01:59:59Z..=9999-12-30T22:00:00.999999999Z, which is what the field's type holds",
        ),
        (Kind::DateTime, "9999-12-31T24:00:00Z", "in UTC the instant is outside the years -9999..=9999"),
        (Kind::Time, "25:00:00", "no such time of day: at most 23:59:59 and a fraction, or 24:00:00"),
        (Kind::Time, "9:30", "a time looks like 09:30:00.000Z"),
        (Kind::Int, "2147483648", "an int is between -2147483648 and 2147483647"),
        (Kind::Int, "5.0", "an int is a whole number of 32 bits"),
        (Kind::Int, "", "an int is a whole number of 32 bits"),
        (
            Kind::Long,
            "-9223372036854775809",
            "a long is between -9223372036854775808 and 9223372036854775807",
        ),
        (Kind::Long, "1 000", "a long is a whole number of 64 bits"),
        (
            Kind::Double,
            "12,50",
            "a double is a decimal number, perhaps with an exponent, or INF, -INF or NaN",
        ),
        (Kind::Decimal, "1e5", "a decimal is digits with at most one point"),
        (Kind::Boolean, "True", "a boolean is true, false, 1 or 0"),
        (Kind::Binary, "AQI", "base64Binary is groups of four characters of the base64 alphabet"),
        (Kind::Id, "12364", "an id has 15 or 18 letters and digits"),
    ] {
        assert_eq!(OwnedValue::parse(kind, text), Err(reason), "{kind:?} {text:?}");
    }
}

#[test]
fn what_is_written_reads_as_the_same_value() {
    let mut state = 7_u64;
    for _ in 0..20_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let double = f64::from_bits(state);
        if !double.is_nan() {
            assert_eq!(
                number::double(&Value::Double(double).to_string()).map(f64::to_bits),
                Ok(double.to_bits())
            );
        }
        let nanosecond = i32::try_from(state % 1_000_000_000).unwrap_or(0);
        let second = i64::try_from(state >> 31).unwrap_or(0) % 100_000_000_000;
        if let Ok(instant) = Timestamp::new(second, nanosecond) {
            assert_eq!(date::date_time(&Value::DateTime(instant).to_string()), Ok(instant));
        }
    }
}

#[test]
fn escapes_are_salesforces_and_what_xml_forbids_is_replaced() {
    let mut out = Vec::new();
    escape("a<b>&\"c'\r\n\téｆ\u{1}\u{FFFF}", &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), "a&lt;b&gt;&amp;&quot;c'&#xD;\n\téｆ\u{FFFD}\u{FFFD}");
}

#[test]
fn a_slot_fits_into_two_registers() {
    assert_eq!(size_of::<Slot<'_>>(), 2 * size_of::<usize>());
}
