//! Numbers of zones, gates and products: whoever bore one keeps it for ever. Entries, tickets and the lists on scanners name
//! things by number only, so a new gate with an old gate's number would inherit its counts.

use std::collections::BTreeMap;

use shared::policy::Policy;

use crate::invalid::{Checks, Fault, FieldError};

/// One of an event's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Areas.
    Zones,
    /// Doors.
    Gates,
    /// Kinds of tickets.
    Products,
}

impl Part {
    /// All lists, in the order in which they are said.
    pub const ALL: [Self; 3] = [Self::Zones, Self::Gates, Self::Products];

    /// As the API calls the list.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zones => "zones",
            Self::Gates => "gates",
            Self::Products => "products",
        }
    }

    /// Numbers and names of a policy's list, in its order.
    pub fn of(self, policy: &Policy) -> Vec<(u32, &str)> {
        match self {
            Self::Zones => policy.zones.iter().map(|zone| (zone.id.0, zone.name.as_str())).collect(),
            Self::Gates => policy.gates.iter().map(|gate| (gate.id.0, gate.name.as_str())).collect(),
            Self::Products => policy.products.iter().map(|product| (product.id.0, product.name.as_str())).collect(),
        }
    }
}

/// Numbers an event has spent, each with the name of what bore it last, if that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent(BTreeMap<(Part, u32), Option<String>>);

impl Spent {
    /// One more.
    pub fn add(&mut self, part: Part, number: u32, name: Option<String>) {
        let known = self.0.entry((part, number)).or_default();
        *known = known.take().or(name);
    }

    /// Says which new things of `after` bear a number that is spent. What comes back under its own name is the same thing.
    pub fn check(&self, before: &Policy, after: &Policy) -> Result<(), Vec<FieldError>> {
        let mut checks = Checks::default();
        for part in Part::ALL {
            let there = part.of(before);
            for (at, (number, name)) in part.of(after).into_iter().enumerate() {
                let new = !there.iter().any(|(known, _)| *known == number);
                let Some(old) = self.0.get(&(part, number)).filter(|_| new) else { continue };
                let returns = old.as_deref() == Some(name);
                checks.require(returns, format!("{}[{at}].id", part.name()), self.spent(part, number, before));
            }
        }
        checks.finish()
    }

    fn spent(&self, part: Part, number: u32, before: &Policy) -> Fault {
        let next = self.next(part, Part::of(part, before).into_iter().map(|(number, _)| number));
        let old = match self.0.get(&(part, number)).and_then(Option::as_ref) {
            Some(name) => format!("was the number of \"{name}\", which entries and lists still name"),
            None => "is a number that entries name".into(),
        };
        let message = format!("{number} {old}; a new one needs a number of its own, such as {next}");
        Fault::new("number_spent", message).with("n", number).with("next", next)
    }

    /// A number for something new beside those that are `there`: behind the highest there ever was; where that is the highest
    /// there can be, the lowest that nothing bore.
    pub fn next(&self, part: Part, there: impl IntoIterator<Item = u32>) -> u32 {
        let mut taken: Vec<u32> = there.into_iter().collect();
        taken.extend(self.0.keys().filter(|(known, _)| *known == part).map(|(_, number)| number));
        taken.sort_unstable();
        let behind = taken.last().map_or(Some(1), |highest| highest.checked_add(1));
        behind.unwrap_or_else(|| (1..u32::MAX).find(|number| taken.binary_search(number).is_err()).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rules;

    #[test]
    fn a_number_comes_back_only_with_what_bore_it() {
        let mut spent = Spent::default();
        spent.add(Part::Gates, 2, Some("South".into()));
        spent.add(Part::Gates, 4, None);
        spent.add(Part::Zones, 3, None);
        let before = rules(&[(1, "North")]);
        let check = |gates: &[(u32, &str)]| {
            let wrong = spent.check(&before, &rules(gates)).err().unwrap_or_default();
            wrong.into_iter().map(|error| (error.field, error.code, error.message)).collect::<Vec<_>>()
        };
        assert_eq!(check(&[(1, "Renamed"), (2, "South"), (3, "East")]), []);
        let wrong = check(&[(1, "North"), (2, "East"), (4, "West")]);
        assert_eq!((wrong.len(), wrong[0].0.as_str(), wrong[0].1.as_str()), (2, "gates[1].id", "number_spent"));
        assert!(wrong[0].2.contains("\"South\"") && wrong[0].2.ends_with("such as 5"), "{wrong:?}");
    }

    #[test]
    fn the_next_number_is_behind_all_that_ever_were() {
        let mut spent = Spent::default();
        assert_eq!(spent.next(Part::Gates, []), 1);
        spent.add(Part::Gates, 7, None);
        assert_eq!((spent.next(Part::Gates, [1, 2]), spent.next(Part::Gates, [9])), (8, 10));
        assert_eq!(spent.next(Part::Gates, [1, u32::MAX]), 2, "a number from the far end blocks nothing");
    }
}
