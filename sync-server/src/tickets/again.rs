//! Whether a row without a code is in the event already: nothing but what it says of its holder can tell.

use std::collections::HashMap;

/// Who a ticket is for, as far as a list says: reference (order), name, e-mail address, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Holder {
    reference: String,
    name: String,
    email: String,
}

impl Holder {
    /// `None` if nothing is said: such tickets cannot be told apart.
    pub fn new(reference: Option<&str>, name: Option<&str>, email: Option<&str>) -> Option<Self> {
        let tidy = |text: Option<&str>| text.unwrap_or_default().trim().to_lowercase();
        let holder = Self { reference: tidy(reference), name: tidy(name), email: tidy(email) };
        let said = !(holder.reference.is_empty() && holder.name.is_empty() && holder.email.is_empty());
        said.then_some(holder)
    }
}

/// How many tickets each holder has. One order may hold several with one name, so rows are counted against them.
#[derive(Debug, Default)]
pub struct Holders(HashMap<Holder, u64>);

impl Holders {
    /// Notes a ticket that is there.
    pub fn note(&mut self, holder: Option<Holder>) {
        if let Some(holder) = holder {
            *self.0.entry(holder).or_default() += 1;
        }
    }

    /// Whether a ticket that no row took before is this holder's; if so, it is taken.
    pub fn take(&mut self, holder: Option<&Holder>) -> bool {
        let Some(left) = holder.and_then(|holder| self.0.get_mut(holder)).filter(|left| **left > 0) else {
            return false;
        };
        *left -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tickets_of_one_order_take_two_rows() {
        let ada = Holder::new(Some("A1"), Some("Ada"), None);
        let same = Holder::new(Some(" a1 "), Some("ADA"), Some(""));
        let mut holders = Holders::default();
        holders.note(ada.clone());
        holders.note(same.clone());
        let taken = [(); 3].map(|()| holders.take(same.as_ref()));
        assert_eq!(taken, [true, true, false]);
        assert!(!holders.take(Holder::new(Some("A2"), Some("Ada"), None).as_ref()));
    }

    #[test]
    fn rows_that_say_nothing_of_anybody_are_never_the_same() {
        let mut holders = Holders::default();
        holders.note(Holder::new(None, Some(" "), None));
        assert!(!holders.take(None));
    }
}
