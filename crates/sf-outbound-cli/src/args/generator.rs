//! The generator's options as flags: the table of `sf-outbound-build` says which there are.

use clap::error::{Error, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use sf_outbound_build::{OPTIONS, OptionRow, Options};

/// How to generate.
#[derive(Debug, Clone, Default)]
pub(crate) struct GeneratorArgs {
    pub(crate) options: Options,
}

impl Args for GeneratorArgs {
    fn augment_args(command: Command) -> Command {
        OPTIONS.iter().fold(command, |command, row| command.arg(flag(row)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for GeneratorArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut arguments = Self::default();
        arguments.update_from_arg_matches(matches)?;
        Ok(arguments)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for row in OPTIONS {
            let texts: Vec<String> = if row.value.is_empty() {
                matches.get_flag(row.flag).then(String::new).into_iter().collect()
            } else {
                matches.get_many::<String>(row.flag).into_iter().flatten().cloned().collect()
            };
            for text in texts {
                self.options.set(row.flag, &text).map_err(|fault| {
                    let (code, message, help) = (fault.code.code, fault.message, fault.help);
                    let shown =
                        format!("{message} [{code}]\n  help: {help}\n  more: sf-outbound explain {code}");
                    Error::raw(ErrorKind::ValueValidation, shown)
                })?;
            }
        }
        Ok(())
    }
}

fn flag(row: &OptionRow) -> Arg {
    let arg = Arg::new(row.flag).long(row.flag).help(row.help()).help_heading("Generated code");
    match (row.value, row.repeats()) {
        ("", _) => arg.action(ArgAction::SetTrue),
        (value, true) => arg.value_name(value).action(ArgAction::Append),
        (value, false) => arg.value_name(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row of the table comes back from its own command line; a row without a sample fails.
    #[test]
    fn every_option_survives_its_command_line() {
        let samples = [
            ("type", vec!["xsd:duration=text", "xsd:gYear=int", "ent:address=skip"]),
            ("dates", vec!["chrono"]),
            ("decimal", vec!["Amount", "*__c"]),
            ("unknown", vec!["deny"]),
            ("only", vec!["Amount", "Name"]),
            ("skip", vec!["SBQQ__*"]),
            ("rename", vec!["Amount__c=amount", "Type=r#type"]),
            ("derive", vec!["*=::core::cmp::Eq"]),
            ("attribute", vec!["Case.*__c=#[doc(hidden)]", "Case=#[doc = \"a = b\"]"]),
            ("visibility", vec!["pub(crate)"]),
            ("constants", vec![""]),
            ("serde", vec![""]),
            ("modules", vec![""]),
            ("runtime", vec!["::facade::sf_outbound"]),
        ];
        let parse = |arguments: &[String]| {
            let line = std::iter::once("generate").chain(arguments.iter().map(String::as_str));
            let matches = GeneratorArgs::augment_args(Command::new("generate")).try_get_matches_from(line);
            GeneratorArgs::from_arg_matches(&matches.unwrap()).unwrap().options
        };
        let mut all = Options::default();
        for row in OPTIONS {
            let sample = samples.iter().find(|sample| sample.0 == row.flag);
            let (_, texts) = sample.unwrap_or_else(|| panic!("no sample of --{}", row.flag));
            let mut options = Options::default();
            for text in texts {
                options.set(row.flag, text).unwrap();
                all.set(row.flag, text).unwrap();
            }
            assert_ne!(options, Options::default(), "--{}", row.flag);
            assert_eq!(parse(&options.to_args()), options, "--{}", row.flag);
        }
        assert_eq!(parse(&all.to_args()), all);
    }
}
