//! A conflict in one sentence, in each language: what `shared::merge::Story::tell` says in English.

use std::collections::BTreeMap;

use shared::ids::GateId;
use shared::merge::{Admission, LooksLike, Story};

use super::texts::Language;

/// The story in all languages, by their tags. The caller says what a gate is called and how a time (ms) is written.
pub(crate) fn in_all_languages(
    story: &Story,
    gate: impl Fn(GateId) -> Option<String>,
    time: impl Fn(i64) -> String,
) -> BTreeMap<&'static str, String> {
    Language::ALL.into_iter().map(|language| (language.tag(), told(language, story, &gate, &time))).collect()
}

/// The same in one language.
pub(super) fn told(
    language: Language,
    story: &Story,
    gate: &impl Fn(GateId) -> Option<String>,
    time: &impl Fn(i64) -> String,
) -> String {
    let gate = |id: GateId| gate(id).unwrap_or_else(|| language.fill("story-gate", [("n", id.0.into())]));
    let place = |at: &Admission| format!("{} {}", gate(at.gate), time(at.time.at));
    let second = place(&story.second);
    let Some(first) = &story.first else {
        let values = [("count", story.admits.into()), ("n", story.second.people.into()), ("place", second.into())];
        return language.fill("story-many", values);
    };
    let opening = if story.admits == 1 && story.people == 2 {
        language.text("story-twice")
    } else {
        language.fill("story-used", [("count", story.admits.into()), ("n", story.people.into())])
    };
    let dark = match (first.dark, story.second.dark) {
        (true, true) if first.feed == story.second.feed => language.text("story-dark-same"),
        (true, true) => language.text("story-dark-both"),
        (true, false) => language.fill("story-dark-first", [("gate", gate(first.gate).into())]),
        (false, true) => language.fill("story-dark-second", [("gate", gate(story.second.gate).into())]),
        (false, false) => language.text("story-dark-none"),
    };
    let order = language.text(if story.order_certain { "story-order-certain" } else { "story-order-uncertain" });
    let looks = language.text(match story.looks_like {
        LooksLike::Retry => "story-looks-retry",
        LooksLike::PassedBack => "story-looks-passed_back",
        LooksLike::Copy => "story-looks-copy",
        LooksLike::TooMany => "story-looks-too_many",
    });
    let gap = span(language, story.gap_ms);
    let facts = [
        ("opening", opening.into()),
        ("first", place(first).into()),
        ("second", second.into()),
        ("gap", gap.into()),
        ("dark", dark.into()),
        ("order", order.into()),
        ("looks", looks.into()),
    ];
    language.fill("story", facts)
}

/// A time span as people say it: seconds up to two minutes, minutes up to two hours.
pub(super) fn span(language: Language, ms: u64) -> String {
    let seconds = ms / 1000;
    let part = |name: &str, n: u64| language.fill(name, [("n", n.to_string().into())]);
    match seconds {
        0..120 => part("span-seconds", seconds),
        120..7200 => part("span-minutes", seconds / 60),
        _ => format!("{} {}", part("span-hours", seconds / 3600), part("span-minutes", seconds % 3600 / 60)),
    }
}

#[cfg(test)]
mod tests {
    use shared::entry::Basis;
    use shared::ids::{EntryId, FeedId, TicketKey, ZoneId};
    use shared::time::Interval;

    use super::*;

    fn admission(feed: u8, gate: u32, at: i64, dark: bool) -> Admission {
        Admission {
            entry: EntryId([feed; 32]),
            feed: FeedId([feed; 16]),
            gate: GateId(gate),
            zone: ZoneId(1),
            time: Interval::new(at, at),
            people: 2,
            basis: Basis::Local,
            dark,
        }
    }

    fn stories() -> Vec<Story> {
        let mut all = Vec::new();
        for (first, second) in [(true, true), (true, false), (false, true), (false, false)] {
            for (feed, gap_ms, looks_like) in
                [(1, 4_000, LooksLike::Retry), (2, 400_000, LooksLike::PassedBack), (2, 9_000_000, LooksLike::Copy)]
            {
                for (admits, people) in [(1, 2), (1, 3), (4, 5)] {
                    all.push(Story {
                        ticket: TicketKey([7; 16]),
                        first: Some(admission(1, 1, 0, first)),
                        second: admission(feed, 2, 1_000, second),
                        admits,
                        people,
                        gap_ms,
                        order_certain: first,
                        looks_like,
                    });
                }
            }
        }
        let alone = Story { first: None, looks_like: LooksLike::TooMany, ..all[0].clone() };
        all.push(Story { admits: 4, ..alone.clone() });
        all.push(alone);
        all
    }

    fn name(gate: GateId) -> Option<String> {
        (gate.0 == 1).then(|| "North".to_owned())
    }

    #[test]
    fn english_is_what_the_merge_says() {
        for story in stories() {
            let told = told(Language::En, &story, &name, &|ms| ms.to_string());
            let gate = |gate| name(gate).unwrap_or_else(|| "gate 2".into());
            assert_eq!(told, story.tell(gate, |ms| ms.to_string()));
        }
    }

    #[test]
    fn every_language_tells_every_fact() {
        for story in stories() {
            let all = in_all_languages(&story, name, |ms| format!("<{ms}>"));
            assert_eq!(all.keys().copied().collect::<Vec<_>>(), ["de", "en", "es"]);
            for (language, text) in all {
                assert!(!text.contains('$') && !text.contains("Unknown"), "{language}: {text}");
                assert!(text.contains("<1000>"), "{language}: {text}");
            }
        }
    }
}
