//! Patterns of API names, in which `*` stands for any letters.

use std::fmt;
use std::str::FromStr;

/// A pattern of API names: `Amount`, `*__c`, `SBQQ__*`; with a point, of an object's fields: `Case.*__c`.
///
/// # Example
///
/// ```
/// let pattern: sf_outbound_build::Pattern = "SBQQ__*".parse()?;
/// assert!(pattern.matches("SBQQ__Primary__c") && !pattern.matches("Amount"));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Whether the whole name matches.
    ///
    /// # Example
    ///
    /// ```
    /// let all: sf_outbound_build::Pattern = "*".parse()?;
    /// assert!(all.matches("Anything__c"));
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }

    /// Whether it is of an object's fields.
    pub(crate) fn is_of_fields(&self) -> bool {
        self.0.contains('.')
    }

    /// The pattern itself, where it can match one name only.
    pub(crate) fn name(&self) -> Option<&str> {
        (!self.0.contains('*')).then_some(&self.0)
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '*' | '.');
        if text.is_empty() || !text.chars().all(known) {
            return Err(
                "a pattern has the letters, digits and underscores of API names, and `*` for any of them"
                    .into(),
            );
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_letters() {
        for (pattern, name, matches) in [
            ("Amount", "Amount", true),
            ("Amount", "Amount__c", false),
            ("Amount*", "Amount", true),
            ("*__c", "__c", true),
            ("*__c", "Amount__c", true),
            ("*__c", "Amount__c__s", false),
            ("A*t*c", "Amount__c", true),
            ("A*t*c", "Ac", false),
            ("a*a", "a", false),
            ("Case.*", "Case.Status", true),
            ("**", "x", true),
        ] {
            let parsed: Pattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(name), matches, "{pattern} {name}");
        }
        assert!("Amount-x".parse::<Pattern>().is_err());
    }
}
