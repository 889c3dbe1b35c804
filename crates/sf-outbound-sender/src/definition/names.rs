//! Names: what they may look like, and which was meant.

use super::Object;

/// How many known names a help names; of more, the nearest.
const SHOWN: usize = 12;

/// Help for a word that is none of the known ones.
pub(crate) fn did_you_mean(word: &str, known_are: &str, known: &[&str]) -> String {
    let distance = |name: &str| strsim::osa_distance(&word.to_lowercase(), &name.to_lowercase());
    let mut nearest: Vec<_> = known.iter().map(|name| (distance(name), *name)).collect();
    nearest.sort_by_key(|(distance, _)| *distance);
    let meant = nearest.first().filter(|(distance, name)| *distance * 3 <= name.chars().count().max(3));
    let meant = meant.map(|(_, name)| format!("did you mean `{name}`? ")).unwrap_or_default();
    if known.is_empty() {
        return format!("there are none of {known_are}");
    }
    if known.len() <= SHOWN {
        return format!("{meant}{known_are} are {}", known.join(", "));
    }
    let nearest: Vec<_> = nearest.iter().take(SHOWN).map(|(_, name)| *name).collect();
    format!("{meant}of {known_are}, the nearest are {}", nearest.join(", "))
}

/// What is said of a field that an object does not have, and the help.
pub(crate) fn unknown_field(field: &str, object: &Object) -> (String, String) {
    let known: Vec<_> =
        std::iter::once("Id").chain(object.fields.iter().map(|field| field.name.as_str())).collect();
    let help = did_you_mean(field, &format!("the fields of {}", object.name), &known);
    (format!("{} has no field `{field}`", object.name), help)
}

/// Whether an administrator can give something this API name: no underscore begins or ends it.
pub(crate) fn is_api_name(text: &str) -> bool {
    sf_outbound_field::is_api_name(text) && !text.starts_with('_') && !text.ends_with('_')
}

/// What is said of a text that is no API name of something, and the help.
pub(crate) fn no_api_name(text: &str, what: &str) -> (String, &'static str) {
    let help = "an API name has letters, digits and underscores, such as `Invoice__c`";
    (format!("`{text}` can't be the API name of {what}"), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_named_first() {
        let fields = ["Amount", "CloseDate", "Name", "StageName"];
        assert_eq!(
            did_you_mean("amuont", "the fields of Opportunity", &fields),
            "did you mean `Amount`? the fields of Opportunity are Amount, CloseDate, Name, StageName"
        );
        assert_eq!(
            did_you_mean("zzz", "the keys", &fields),
            "the keys are Amount, CloseDate, Name, StageName"
        );
        assert_eq!(
            did_you_mean("x", "the objects of the file", &[]),
            "there are none of the objects of the file"
        );
        let many: Vec<_> = (0..100).map(|number| format!("Field{number}__c")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let help = did_you_mean("Feild42__c", "the fields", &many);
        assert!(
            help.starts_with("did you mean `Field42__c`? of the fields, the nearest are Field42__c, "),
            "{help}"
        );
        assert_eq!(help.matches(',').count(), SHOWN);
    }
}
