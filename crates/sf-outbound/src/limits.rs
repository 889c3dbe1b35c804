//! What a message may cost.

/// The table of limits: its documentation, its default, and what its setter does.
macro_rules! limits {
    ($(#[$type_doc:meta])* Limits { $($(#[$doc:meta])* $limit:ident = $default:expr, $sets:literal;)* }) => {
        $(#[$type_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {
            $($(#[$doc])* pub $limit: usize,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($limit: $default,)* }
            }
        }

        impl Limits {
            $(
                #[doc = $sets]
                #[must_use]
                pub const fn $limit(mut self, $limit: usize) -> Self {
                    self.$limit = $limit;
                    self
                }
            )*

            /// The larger one of each limit.
            pub(crate) fn or_larger(self, other: Self) -> Self {
                Self { $($limit: self.$limit.max(other.$limit),)* }
            }

            /// The name and the setter of each limit.
            #[cfg(test)]
            const EACH: &[(&str, fn(Self, usize) -> Self)] = &[$((stringify!($limit), Self::$limit),)*];
        }
    };
}

limits! {
    /// The largest message that is accepted. Each limit is checked before the work that it limits.
    ///
    /// # Example
    ///
    /// ```
    /// use sf_outbound::Limits;
    ///
    /// let limits = Limits::default().body_bytes(1 << 20);
    /// assert_eq!((limits.body_bytes, limits.notifications), (1 << 20, 100));
    /// ```
    Limits {
        /// Bytes of the HTTP body. Default 16 MiB: 100 records with one full long text area each.
        body_bytes = 16 << 20, "Sets the bytes of the HTTP body.";
        /// Notifications in a message. Default 100, the `maxOccurs` of every outbound-message WSDL.
        notifications = 100, "Sets the notifications of a message.";
        /// Elements in a message. Default 1,000,000.
        elements = 1_000_000, "Sets the elements of a message.";
        /// Elements open at once. Default 32; Salesforce needs 6.
        depth = 32, "Sets the elements open at once.";
        /// Attributes of one element, namespace declarations among them. Default 64.
        attributes = 64, "Sets the attributes of one element.";
        /// Namespace declarations in scope at once. Default 64; Salesforce needs 5.
        namespaces = 64, "Sets the namespace declarations in scope at once.";
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;
    use crate::{Kind, Schema};

    const MESSAGE: &str = r#"<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>
        <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
        <OrganizationId>00Dx0000000001gEAA</OrganizationId><ActionId>04kx0000000001XAAQ</ActionId>
        <Notification><Id>04lx0000000001XAAQ</Id>
        <sObject xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"
            xsi:type="sf:Account"><sf:Id>001x0000000001XAAQ</sf:Id></sObject>
        </Notification><Notification><Id>04lx0000000002XAAQ</Id></Notification>
        </notifications></Body></Envelope>"#;

    /// A limit without a row here has no test.
    #[test]
    fn each_limit_passes_its_number_and_not_one_more() {
        let schema = Schema::new("Account", [("Name".to_owned(), Kind::Text)]).unwrap();
        for (name, set) in Limits::EACH {
            let (in_message, code) = match *name {
                "body_bytes" => (MESSAGE.len(), "SFR0501"),
                "notifications" => (2, "SFR0502"),
                "elements" => (11, "SFR0503"),
                "depth" => (6, "SFR0504"),
                "attributes" => (3, "SFR0505"),
                "namespaces" => (4, "SFR0506"),
                _ => panic!("a row for {name}"),
            };
            let code_of = |number| {
                let limits = set(Limits::default(), number);
                schema.decode(MESSAGE.as_bytes(), &limits).err().map(|error| error.code())
            };
            assert_eq!((code_of(in_message), code_of(in_message - 1)), (None, Some(code)), "{name}");
        }
    }

    #[test]
    fn the_larger_one_of_each_limit() {
        for (_, set) in Limits::EACH {
            let (small, large) = (set(Limits::default(), 1), set(Limits::default(), usize::MAX));
            assert_eq!((small.or_larger(large), large.or_larger(small)), (large, large));
        }
    }
}
