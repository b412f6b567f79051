//! An event's rules in plain words, made from the very rules that scanners get: what a page says is what a door does.

use shared::policy::{Gate, Policy, Product};

use crate::desk::texts::Language;
use crate::events::day;

/// What the rules mean, a sentence each.
pub(super) fn sentences(language: Language, policy: &Policy) -> Vec<String> {
    let mut said = vec![when(language, policy), entry(language, policy), last_entry(language, policy)];
    said.extend(room(language, policy));
    said.extend(doors(language, policy));
    said.extend(unknown_tickets(language, policy));
    said.push(language.fill("said-retry", [("n", decimal(policy.retry_window, 1000).into())]));
    said
}

/// A name within a sentence, kept apart from it whatever direction either is written in.
pub(super) fn name(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

fn decimal(number: u64, unit: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "limits keep these numbers far below 2^52")]
    let value = number as f64 / unit as f64;
    (value * 100.0).round() / 100.0
}

fn when(language: Language, policy: &Policy) -> String {
    let zone = policy.time_zone.as_str();
    let (from, to) = (day(policy.starts, zone), day(policy.ends, zone));
    language.fill("said-when", [("from", from.into()), ("to", to.into()), ("zone", zone.into())])
}

fn entry(language: Language, policy: &Policy) -> String {
    match (policy.reentry, policy.max_reentries) {
        (false, _) => language.text("said-once"),
        (true, Some(0)) => language.text("said-reentry-none"),
        (true, Some(most)) => language.fill("said-reentry-most", [("count", most.into())]),
        (true, None) => language.text("said-reentry"),
    }
}

fn last_entry(language: Language, policy: &Policy) -> String {
    match policy.last_entry {
        Some(at) => language.fill("said-last-entry", [("at", day(at, &policy.time_zone).into())]),
        None => language.text("said-no-last-entry"),
    }
}

fn room(language: Language, policy: &Policy) -> Vec<String> {
    let mut said = vec![match policy.capacity {
        Some(people) => language.fill("said-capacity", [("count", people.into())]),
        None => language.text("said-no-capacity"),
    }];
    let limited = policy.zones.iter().filter_map(|zone| Some((zone, zone.capacity?)));
    said.extend(limited.map(|(zone, people)| {
        language.fill("said-zone-capacity", [("zone", name(&zone.name).into()), ("count", people.into())])
    }));
    said
}

fn doors(language: Language, policy: &Policy) -> Vec<String> {
    if policy.gates.is_empty() {
        return vec![language.text("said-no-gate")];
    }
    let mut said: Vec<_> = policy.gates.iter().map(|gate| door(language, policy, gate)).collect();
    let shut_out = |product: &&Product| !policy.gates.iter().any(|gate| policy.allows(product.id, gate));
    said.extend(
        policy
            .products
            .iter()
            .filter(shut_out)
            .map(|product| language.fill("said-opens-nothing", [("product", name(&product.name).into())])),
    );
    said
}

/// Where a gate leads, and for whom: by the same rule that scanners judge by.
fn door(language: Language, policy: &Policy, gate: &Gate) -> String {
    let zone = |id| policy.zone(id).map_or_else(|| "?".to_owned(), |zone| name(&zone.name));
    let passes: Vec<_> = policy.products.iter().filter(|product| policy.allows(product.id, gate)).collect();
    let whom = match passes.len() {
        0 => language.text("said-for-none"),
        all if all == policy.products.len() => language.text("said-for-all"),
        _ => {
            let names = passes.iter().map(|product| name(&product.name)).collect::<Vec<_>>().join(", ");
            language.fill("said-for-some", [("products", names.into())])
        }
    };
    let (gate_name, into) = (name(&gate.name), zone(gate.zone));
    match gate.from {
        None => language.fill("said-gate", [("gate", gate_name.into()), ("zone", into.into()), ("whom", whom.into())]),
        Some(from) => language.fill(
            "said-gate-between",
            [("gate", gate_name.into()), ("from", zone(from).into()), ("zone", into.into()), ("whom", whom.into())],
        ),
    }
}

/// What becomes of tickets that a scanner has not heard of, and of scanners that have not heard for long.
fn unknown_tickets(language: Language, policy: &Policy) -> Vec<String> {
    let unlisted = language.text(if policy.list_only { "said-list-only" } else { "said-unlisted" });
    let stale = match policy.stale_stop {
        None => language.text("said-stale-never"),
        Some(seconds) => language.fill("said-stale-stop", [("n", decimal(seconds, 3600).into())]),
    };
    vec![unlisted, stale]
}

#[cfg(test)]
mod tests {
    use shared::ids::{GateId, ProductId, ZoneId};
    use shared::policy::Zone;

    use super::*;
    use crate::desk::rules::fields::simple;

    fn policy() -> Policy {
        let mut policy = simple("Europe/Berlin".into(), ["Hall".into(), "North".into(), "Standard".into()]);
        policy.name = "Friday".into();
        // 20:00 to 4:00 in Berlin.
        (policy.starts, policy.ends) = (1_796_410_800_000, 1_796_439_600_000);
        policy
    }

    fn plain(language: Language, policy: &Policy) -> String {
        sentences(language, policy).join(" ").replace(['\u{2068}', '\u{2069}'], "")
    }

    #[test]
    fn the_simplest_rules_in_words() {
        let said = plain(Language::En, &policy());
        for part in [
            "From 2026-12-04 20:00 to 2026-12-05 04:00 (Europe/Berlin).",
            "Leaving and coming back is allowed, as often as they like.",
            "Gate North: from outside into Hall, all kinds of tickets.",
            "There is no limit of people.",
            "within 5 seconds",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn every_rule_changes_what_is_said_in_every_language() {
        let changes: [fn(&mut Policy); 13] = [
            |policy| policy.starts += 3_600_000,
            |policy| policy.reentry = false,
            |policy| policy.max_reentries = Some(0),
            |policy| policy.max_reentries = Some(1),
            |policy| policy.max_reentries = Some(2),
            |policy| policy.last_entry = Some(1_796_421_600_000),
            |policy| policy.capacity = Some(400),
            |policy| policy.zones[0].capacity = Some(300),
            |policy| policy.list_only = true,
            |policy| policy.stale_stop = Some(5400),
            |policy| policy.retry_window = 1500,
            |policy| policy.gates.clear(),
            |policy| policy.products[0].zones = Some(vec![]),
        ];
        for language in Language::ALL {
            let mut seen = vec![plain(language, &policy())];
            for change in changes {
                let mut changed = policy();
                change(&mut changed);
                let said = plain(language, &changed);
                assert!(!said.contains("Unknown localization") && !said.contains('{'), "{language:?}: {said}");
                assert!(!seen.contains(&said), "{language:?}: {said}");
                seen.push(said);
            }
        }
    }

    #[test]
    fn gates_are_told_by_the_rule_that_scanners_judge_by() {
        let mut policy = policy();
        policy.zones.push(Zone { id: ZoneId(2), name: "Attic".into(), capacity: None });
        let vip = ProductId(2);
        policy.products.push(Product { id: vip, name: "VIP".into(), zones: Some(vec![ZoneId(2)]) });
        policy.products.push(Product { id: ProductId(3), name: "Press".into(), zones: Some(vec![]) });
        policy.gates.push(Gate {
            id: GateId(2),
            name: "Stairs".into(),
            zone: ZoneId(2),
            from: Some(ZoneId(1)),
            products: Some(vec![vip]),
        });
        let said = plain(Language::En, &policy);
        assert!(said.contains("Gate North: from outside into Hall, only Standard."), "{said}");
        assert!(said.contains("Gate Stairs: from Hall into Attic, only VIP."), "{said}");
        assert!(said.contains("Press opens no gate"), "{said}");
    }
}
