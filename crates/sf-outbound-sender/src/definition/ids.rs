//! Ids and key prefixes: what they begin with, and those that stand in for what a definition leaves out.

use sf_outbound::Id;

/// The organization of a definition that names none.
pub(crate) const ORGANIZATION: Id = Id::literal("00Dxx0000000001");

/// Ids that a definition can name: the key prefix, and what it is an id of.
pub(crate) const ORGANIZATION_ID: (&str, &str) = ("00D", "an organization");
pub(crate) const ACTION_ID: (&str, &str) = ("04k", "an outbound message's action");
pub(crate) const USER_ID: (&str, &str) = ("005", "a user");

/// Key prefixes of Salesforce's standard objects.
const STANDARD: &[(&str, &str)] = &[
    ("Account", "001"),
    ("AccountContactRole", "02Z"),
    ("Asset", "02i"),
    ("Attachment", "00P"),
    ("Campaign", "701"),
    ("CampaignMember", "00v"),
    ("Case", "500"),
    ("CaseComment", "00a"),
    ("Contact", "003"),
    ("ContentDocument", "069"),
    ("ContentVersion", "068"),
    ("Contract", "800"),
    ("ContractLineItem", "811"),
    ("Document", "015"),
    ("EmailMessage", "02s"),
    ("Entitlement", "550"),
    ("Event", "00U"),
    ("FeedItem", "0D5"),
    ("Group", "00G"),
    ("Idea", "087"),
    ("Individual", "0PK"),
    ("Lead", "00Q"),
    ("LiveChatTranscript", "570"),
    ("Note", "002"),
    ("Opportunity", "006"),
    ("OpportunityContactRole", "00K"),
    ("OpportunityLineItem", "00k"),
    ("Order", "801"),
    ("OrderItem", "802"),
    ("Partner", "00I"),
    ("Pricebook2", "01s"),
    ("PricebookEntry", "01u"),
    ("Product2", "01t"),
    ("Profile", "00e"),
    ("Quote", "0Q0"),
    ("QuoteLineItem", "0QL"),
    ("RecordType", "012"),
    ("ServiceAppointment", "08p"),
    ("ServiceContract", "810"),
    ("Solution", "501"),
    ("Task", "00T"),
    ("User", "005"),
    ("UserRole", "00E"),
    ("WorkOrder", "0WO"),
    ("WorkOrderLineItem", "1WL"),
];

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What is said of an id that is none of what it is to be, and the help.
pub(crate) fn wrong((prefix, of): (&str, &str)) -> (String, String) {
    let help = format!("such an id has 15 or 18 letters and digits and begins with {prefix}");
    (format!("this is not the id of {of}"), help)
}

/// The action id of an outbound message that names none: always the same for one name.
pub(crate) fn action_id(name: &str) -> Id {
    let text = format!("04k{}", digits(hash(name), 12));
    // The digits are such as an id has.
    Id::new(&text).unwrap_or(const { Id::literal("04k000000000000") }).to_18()
}

/// The key prefix of an object that names none; of a custom object, one that is not among the taken.
pub(crate) fn key_prefix(object: &str, taken: &dyn Fn(&str) -> bool) -> String {
    if let Some((_, prefix)) = STANDARD.iter().find(|(name, _)| *name == object) {
        return (*prefix).to_owned();
    }
    let start = hash(object);
    let tries = (0..62 * 62).map(|step| format!("a{}", digits(start.wrapping_add(step), 2)));
    tries.into_iter().find(|prefix| !taken(prefix)).unwrap_or_default()
}

/// The last `count` digits of a number to the base of 62.
fn digits(mut number: u64, count: usize) -> String {
    let mut digits = String::with_capacity(count);
    for _ in 0..count {
        digits.insert(0, char::from(DIGITS[usize::try_from(number % 62).unwrap_or(0)]));
        number /= 62;
    }
    digits
}

/// FNV-1a in 64 bits: the same on every machine, for ever.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_of_names_never_change() {
        assert_eq!(action_id("DealWon").as_str(), "04k03aOvgHFEBRRAS5");
        assert_eq!(key_prefix("Opportunity", &|_| true), "006");
        assert_eq!(key_prefix("Invoice__c", &|_| false), "aat");
    }

    #[test]
    fn custom_objects_get_prefixes_of_their_own() {
        let mut taken = HashSet::new();
        for number in 0..2_000 {
            let prefix = key_prefix(&format!("Object{number}__c"), &|prefix| taken.contains(prefix));
            assert!(prefix.len() == 3 && prefix.starts_with('a') && taken.insert(prefix));
        }
    }

    #[test]
    fn standard_prefixes_are_unique() {
        let prefixes: HashSet<_> = STANDARD.iter().map(|(_, prefix)| prefix).collect();
        assert_eq!(prefixes.len(), STANDARD.len());
    }
}
