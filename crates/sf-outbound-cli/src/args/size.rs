//! A number of bytes with its unit.

/// Units, and how many bytes each is.
const UNITS: [(&str, usize); 7] = [
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
];

/// A size such as `64MiB`, in bytes; a bare number would leave open what it counts.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let unit = unit.trim().to_ascii_lowercase();
    let factor = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
    let size =
        number.parse::<usize>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    size.filter(|size| *size > 0).ok_or_else(|| {
        "write a number and a unit of B, kB, MB, GB, KiB, MiB or GiB, such as 64MiB".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_a_number_and_a_unit() {
        for (text, expected) in [
            ("1B", 1),
            ("64MiB", 64 << 20),
            ("64 mib", 64 << 20),
            ("3kB", 3_000),
            ("2GB", 2_000_000_000),
            ("1KiB", 1024),
        ] {
            assert_eq!(size(text), Ok(expected), "{text}");
        }
        for text in ["", "64", "MiB", "-1MiB", "0MiB", "64M", "1.5MiB", "99999999999999999999GiB", "64MiBs"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
