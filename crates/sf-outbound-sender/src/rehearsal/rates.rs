//! What is rehearsed: faults of networks and of Salesforce, each at a rate, chosen by a seed.

use crate::codes;
use crate::error::Error;
use crate::fault::Fault;
use std::fmt;
use std::str::FromStr;

/// Rates are kept in whole parts of this, so that what is written reads as what it was written of.
pub(super) const PARTS: u32 = 1_000_000;

/// Which faults are rehearsed, how often, and by which seed; the default is none.
///
/// A choice depends on the seed, the outbound message, the notification and how often it came up before, and on nothing
/// else: the same changes give the same history again, as far as they meet the deliveries at the same moments.
///
/// # Example
///
/// ```
/// use sf_outbound_sender::{Fault, Rehearsal};
///
/// let rehearsal: Rehearsal = "duplicates=10%,lost-replies=0.05,seed=7".parse()?;
/// assert_eq!(rehearsal, Rehearsal::default().with(Fault::Duplicates, 0.1).with(Fault::LostReplies, 0.05).with_seed(7));
/// assert_eq!(rehearsal.to_string(), "duplicates=10%,lost-replies=5%,seed=7");
/// assert!("all=100%".parse::<Rehearsal>()?.rate(Fault::Resets) == 1.0);
/// # Ok::<(), sf_outbound_sender::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rehearsal {
    /// Of each fault, in parts of [`PARTS`].
    rates: [u32; Fault::ALL.len()],
    seed: u64,
}

impl Rehearsal {
    /// Sets how often a fault happens, from 0 (never) to 1 (always); what is beyond is the nearer of the two.
    #[must_use]
    pub fn with(mut self, fault: Fault, rate: f64) -> Self {
        // In range after the clamp, and no number is 0.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let parts = (rate.clamp(0.0, 1.0) * f64::from(PARTS)).round() as u32;
        self.rates[fault as usize] = parts;
        self
    }

    /// Sets by what the choices are made; the default is 0.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How often a fault happens, from 0 to 1.
    #[must_use]
    pub fn rate(&self, fault: Fault) -> f64 {
        f64::from(self.rates[fault as usize]) / f64::from(PARTS)
    }

    /// By what the choices are made.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Of a fault, in parts of a million.
    pub(super) fn parts(&self, fault: Fault) -> u64 {
        self.rates[fault as usize].into()
    }

    /// Whether nothing is rehearsed.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::{Fault, Org, Rehearsal};
    ///
    /// fn table() -> Vec<String> {
    ///     Fault::ALL.iter().map(|fault| format!("{}: {}", fault.name(), fault.help())).collect()
    /// }
    ///
    /// /// Back to what is good for the nerves.
    /// fn calm(org: &Org) {
    ///     if !org.rehearsal().is_nothing() {
    ///         org.rehearse(Rehearsal::default());
    ///     }
    /// }
    /// # assert_eq!(table().len(), Fault::ALL.len());
    /// ```
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.rates.iter().all(|parts| *parts == 0)
    }

    /// The faults that are rehearsed, with their rates.
    pub fn iter(&self) -> impl Iterator<Item = (Fault, f64)> {
        let rate = |fault: &Fault| (*fault, self.rate(*fault));
        Fault::ALL.iter().map(rate).filter(|(_, rate)| *rate > 0.0)
    }

    /// Sets a rate or the seed as it is written; `all` is every fault that is written nowhere.
    ///
    /// **Errors.** `SFD0122`.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        match name {
            "seed" => {
                let seed = value.parse();
                self.seed =
                    seed.map_err(|_| wrong(format!("`{value}` is no seed, which is a whole number")))?;
            }
            "all" => {
                let all = rate(value)?;
                *self = Fault::ALL.iter().fold(*self, |rehearsal, fault| rehearsal.with(*fault, all));
            }
            name => *self = self.with(name.parse()?, rate(value)?),
        }
        Ok(())
    }
}

impl fmt::Display for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries: Vec<_> =
            self.iter().map(|(fault, rate)| format!("{fault}={}", percent(rate))).collect();
        if self.seed != 0 {
            entries.push(format!("seed={}", self.seed));
        }
        f.write_str(&entries.join(","))
    }
}

impl FromStr for Rehearsal {
    type Err = Error;

    /// **Errors.** `SFD0122` for a fault or a rate that there is not, and for one that is written twice.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut entries = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (name, value) = entry
                .split_once('=')
                .ok_or_else(|| wrong(format!("`{entry}` has no rate: write `{entry}=10%`")))?;
            let (name, value) = (name.trim(), value.trim());
            if entries.iter().any(|(other, _)| *other == name) {
                return Err(wrong(format!("`{name}` is written twice")));
            }
            entries.push((name, value));
        }
        // What is said of one counts before what is said of all.
        entries.sort_by_key(|(name, _)| *name != "all");
        let mut rehearsal = Self::default();
        entries.into_iter().try_for_each(|(name, value)| rehearsal.set(name, value))?;
        Ok(rehearsal)
    }
}

/// A rate as it is written: from `0` to `1`, or from `0%` to `100%`.
///
/// **Errors.** `SFD0122`.
pub(crate) fn rate(text: &str) -> Result<f64, Error> {
    let (number, whole) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim_end(), 100.0));
    let rate = number.parse::<f64>().ok().map(|number| number / whole);
    rate.filter(|rate| (0.0..=1.0).contains(rate))
        .ok_or_else(|| wrong(format!("`{text}` is no rate, which is from 0% to 100%, or from 0 to 1")))
}

/// With no more places than there are parts.
pub(crate) fn percent(rate: f64) -> String {
    let text = format!("{:.4}", rate * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cold]
fn wrong(message: String) -> Error {
    Error::trouble(&codes::REHEARSAL, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_what_it_was_written_of() {
        for parts in [0, 1, 9, 10, 4_999, 50_000, 333_333, 999_999, 1_000_000] {
            for fault in Fault::ALL {
                let mut rehearsal = Rehearsal::default().with_seed(u64::from(parts) << 40);
                rehearsal.rates[*fault as usize] = parts;
                assert_eq!(rehearsal.to_string().parse(), Ok(rehearsal), "{rehearsal}");
                assert_eq!(rehearsal.with(*fault, rehearsal.rate(*fault)), rehearsal);
            }
        }
    }

    #[test]
    fn what_is_said_of_one_counts_before_what_is_said_of_all() {
        let rehearsal: Rehearsal = " resets = 0 , all=20% ,seed=3".parse().unwrap();
        assert!(rehearsal.rate(Fault::Resets) < f64::EPSILON);
        assert_eq!(rehearsal.iter().count(), Fault::ALL.len() - 1);
        assert_eq!(rehearsal.seed(), 3);
    }

    #[test]
    fn each_fault_stands_in_the_file_and_in_the_documents_with_its_help() {
        let file = include_str!("../../org.default.toml");
        for fault in Fault::ALL {
            let line = file.lines().find(|line| line.starts_with(&format!("{fault} = ")));
            let line = line.unwrap_or_default().to_lowercase();
            assert!(line.contains(&fault.help().to_lowercase()), "{fault}: {line}");
            assert!(include_str!("../../README.md").contains(&format!("| `{fault}` |")), "{fault}");
        }
    }

    #[test]
    fn what_can_not_be_rehearsed_is_refused() {
        for (text, said) in [
            ("duplicate=1", "`duplicate` is no fault"),
            ("resets", "`resets=10%`"),
            ("resets=101%", "`101%` is no rate"),
            ("resets=-0.1", "`-0.1` is no rate"),
            ("resets=NaN", "`NaN` is no rate"),
            ("resets=", "`` is no rate"),
            ("resets=1,resets=1", "`resets` is written twice"),
            ("seed=-1", "`-1` is no seed"),
        ] {
            let error = text.parse::<Rehearsal>().unwrap_err();
            assert!(error.code() == "SFD0122" && error.message().contains(said), "{text}: {error}");
        }
        assert_eq!("".parse(), Ok(Rehearsal::default()));
    }
}
