//! Ids as Salesforce makes them: key prefix, instance, and a number in base 62.

use sf_outbound::Id;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Of the number.
const PLACES: u32 = 9;
/// Key prefix of notifications.
pub(crate) const NOTIFICATION: &str = "04l";
/// Key prefix of users.
pub(crate) const USER: &str = "005";

/// The number with which an organization's ids begin: never so great that no ids would be left.
pub(crate) fn first(asked: u64) -> i64 {
    const LARGEST: i64 = 62_i64.pow(PLACES) / 2;
    i64::try_from(asked).unwrap_or(LARGEST).clamp(1, LARGEST)
}

/// Makes the ids of one organization, and reads its own numbers back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    /// Of each id the characters 4 to 6: the organization's own.
    instance: [u8; 3],
}

impl Ids {
    pub(crate) fn new(organization: Id) -> Self {
        let mut instance = *b"000";
        instance.copy_from_slice(&organization.as_str().as_bytes()[3..6]);
        Self { instance }
    }

    /// The id with this number, in 18 characters; greater numbers give greater ids.
    pub(crate) fn id(self, key_prefix: &str, number: i64) -> Id {
        let mut text = [b'0'; 15];
        for (place, byte) in text.iter_mut().zip(key_prefix.bytes().take(3)) {
            *place = byte;
        }
        text[3..6].copy_from_slice(&self.instance);
        let mut rest = number.unsigned_abs();
        for place in text[6..].iter_mut().rev() {
            *place = DIGITS[usize::try_from(rest % 62).unwrap_or(0)];
            rest /= 62;
        }
        // Only a key prefix of other characters than letters and digits would be refused; no set-up has one.
        let id = std::str::from_utf8(&text).ok().and_then(|text| Id::new(text).ok());
        id.unwrap_or(const { Id::literal("000000000000000") }).to_18()
    }

    /// The number of an id with this key prefix; `None` for an id that is not of this organization's making.
    pub(crate) fn number(self, key_prefix: &str, id: Id) -> Option<i64> {
        let text = id.as_str().as_bytes();
        let number = text.get(15 - PLACES as usize..15)?;
        if id.key_prefix() != key_prefix || text.get(3..6)? != self.instance {
            return None;
        }
        number.iter().try_fold(0_i64, |number, byte| {
            let digit = DIGITS.binary_search(byte).ok()?;
            Some(number * 62 + i64::try_from(digit).ok()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_begin_where_some_are_left() {
        assert_eq!([0, 1, 1_800_000_000_000_000].map(first), [1, 1, 1_800_000_000_000_000]);
        assert_eq!(first(u64::MAX), 6_768_543_273_131_776);
    }

    #[test]
    fn numbers_come_back_and_ids_ascend() {
        let ids = Ids::new(Id::literal("00D5w000000xyzA"));
        let largest = 62_i64.pow(PLACES) - 1;
        let numbers = [0, 1, 9, 10, 35, 36, 61, 62, 3_843, 3_844, 1_000_000, largest];
        let made = numbers.map(|number| ids.id("006", number));
        assert_eq!(made[1], Id::literal("0065w0000000001"));
        assert_eq!(made[1].as_str(), "0065w0000000001AAA");
        assert_eq!(made[11], Id::literal("0065w0zzzzzzzzz"));
        assert!(made.is_sorted());
        assert_eq!(made.map(|id| ids.number("006", id).unwrap()), numbers);
        assert_eq!(ids.number("001", made[1]), None);
        assert_eq!(Ids::new(Id::literal("00D5w1000000001")).number("006", made[1]), None);
    }
}
