//! Filter logic: reading `1 AND (2 OR 3)`, and whether it is met.

use crate::definition::Logic;
use std::fmt;

/// Why a text is no filter logic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicError {
    /// Byte of the text at which reading stopped, from 0.
    pub offset: usize,
    reason: &'static str,
}

impl fmt::Display for LogicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for LogicError {}

/// Parentheses and NOTs that may stand within each other.
const DEPTH: usize = 64;

impl Logic {
    /// Reads filter logic: row numbers, `AND`, `OR`, `NOT` in any case, and parentheses.
    ///
    /// **Errors.** A text that is none; `AND` beside `OR` without parentheses, which Salesforce refuses too.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound_sender::Logic;
    ///
    /// let logic = Logic::parse("1 and not 2")?;
    /// assert_eq!(logic, Logic::And(vec![Logic::Row(1), Logic::Not(Box::new(Logic::Row(2)))]));
    /// assert_eq!(Logic::parse("1 AND 2 OR 3").unwrap_err().offset, 8);
    /// # Ok::<(), sf_outbound_sender::LogicError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, LogicError> {
        let mut reader = Reader { text, at: 0 };
        let logic = reader.expression(0)?;
        match reader.peek() {
            None => Ok(logic),
            Some(_) => Err(reader.error("expected AND or OR")),
        }
    }

    /// Whether it is met; `row` says whether the row with a number, from 1, is.
    pub(crate) fn is_met(&self, row: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::Row(number) => *number > 0 && row(*number),
            Self::Not(logic) => !logic.is_met(row),
            Self::And(all) => all.iter().all(|logic| logic.is_met(row)),
            Self::Or(any) => any.iter().any(|logic| logic.is_met(row)),
        }
    }

    /// The numbers of the rows that it names, in its order.
    pub(crate) fn rows(&self) -> Vec<usize> {
        match self {
            Self::Row(number) => vec![*number],
            Self::Not(logic) => logic.rows(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::rows).collect(),
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn error(&self, reason: &'static str) -> LogicError {
        LogicError { offset: self.at, reason }
    }

    /// The next word, number or sign, at whose start this then stands.
    fn peek(&mut self) -> Option<&'t str> {
        let rest = &self.text[self.at..];
        let token = rest.trim_start();
        self.at += rest.len() - token.len();
        let first = token.chars().next()?;
        let end = if first.is_ascii_alphanumeric() {
            token.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(token.len())
        } else {
            first.len_utf8()
        };
        Some(&token[..end])
    }

    /// Passes over the next token where it is this one.
    fn eat(&mut self, wanted: &str) -> bool {
        match self.peek() {
            Some(token) if token.eq_ignore_ascii_case(wanted) => {
                self.at += token.len();
                true
            }
            _ => false,
        }
    }

    fn expression(&mut self, depth: usize) -> Result<Logic, LogicError> {
        let first = self.part(depth)?;
        let (word, other, put): (_, _, fn(Vec<Logic>) -> Logic) = if self.eat("AND") {
            ("AND", "OR", Logic::And)
        } else if self.eat("OR") {
            ("OR", "AND", Logic::Or)
        } else {
            return Ok(first);
        };
        let mut parts = vec![first, self.part(depth)?];
        while self.eat(word) {
            parts.push(self.part(depth)?);
        }
        match self.peek() {
            Some(token) if token.eq_ignore_ascii_case(other) => {
                Err(self.error("AND and OR stand side by side without parentheses"))
            }
            _ => Ok(put(parts)),
        }
    }

    fn part(&mut self, depth: usize) -> Result<Logic, LogicError> {
        if depth > DEPTH {
            return Err(self.error("too many parentheses within each other"));
        }
        if self.eat("NOT") {
            return Ok(Logic::Not(Box::new(self.part(depth + 1)?)));
        }
        if self.eat("(") {
            let inner = self.expression(depth + 1)?;
            return if self.eat(")") { Ok(inner) } else { Err(self.error("expected a closing parenthesis")) };
        }
        let token = self.peek().unwrap_or_default();
        let Ok(number) = token.parse() else { return Err(self.error("expected the number of a row")) };
        if number == 0 {
            return Err(self.error("rows are counted from 1"));
        }
        self.at += token.len();
        Ok(Logic::Row(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_logic_is_refused_at_its_place() {
        let deep = "(".repeat(100_000);
        for (text, offset, reason) in [
            ("", 0, "expected the number of a row"),
            ("  ", 2, "expected the number of a row"),
            ("0", 0, "rows are counted from 1"),
            ("99999999999999999999", 0, "expected the number of a row"),
            ("1 2", 2, "expected AND or OR"),
            ("1 XOR 2", 2, "expected AND or OR"),
            ("1 AND", 5, "expected the number of a row"),
            ("AND 1", 0, "expected the number of a row"),
            ("1 AND 2 OR 3", 8, "AND and OR stand side by side without parentheses"),
            ("1 or 2 and 3", 7, "AND and OR stand side by side without parentheses"),
            ("(1 AND 2", 8, "expected a closing parenthesis"),
            ("1)", 1, "expected AND or OR"),
            ("1 AND ü", 6, "expected the number of a row"),
            ("1 NOT 2", 2, "expected AND or OR"),
            (&deep, 65, "too many parentheses within each other"),
        ] {
            let error = Logic::parse(text).unwrap_err();
            let shown = text.get(..20).unwrap_or(text);
            assert_eq!((error.offset, error.to_string().as_str()), (offset, reason), "{shown}");
        }
    }

    #[test]
    fn logic_is_met_as_it_reads() {
        for (text, met_by) in [
            ("1 AND (2 OR 3)", &[&[1, 2][..], &[1, 3], &[1, 2, 3]][..]),
            ("(1 and 2) or 3", &[&[3], &[1, 2], &[1, 3], &[2, 3], &[1, 2, 3]]),
            ("NOT 1", &[&[], &[2], &[3], &[2, 3]]),
            ("NOT (1 OR 2) AND 3", &[&[3]]),
            ("not not 1 AND 2 AND 3", &[&[1, 2, 3]]),
        ] {
            let logic = Logic::parse(text).unwrap();
            for set in 0..8_usize {
                let rows: Vec<usize> = (1..=3).filter(|row| set & (1 << (row - 1)) != 0).collect();
                let expected = met_by.contains(&rows.as_slice());
                assert_eq!(logic.is_met(&|row| rows.contains(&row)), expected, "{text} with {rows:?}");
            }
        }
        // No text reads as this row, but a definition can hold it.
        assert!(!Logic::Row(0).is_met(&|_| true));
        assert_eq!(Logic::parse("3 AND (1 OR NOT 3)").unwrap().rows(), [3, 1, 3]);
    }
}
