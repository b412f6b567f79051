use super::*;
use crate::entry::{Entry, kind};
use crate::merge::fold;
use crate::merge::testing::{Device, NOW, sure};

/// The story of a second admission after a first, both told as they are given.
fn story(items: &[Item<'_>]) -> Story {
    fold(items).conflicts.remove(0).story
}

fn two(gap: i64, first: Basis, second: Basis) -> (Entry, Entry) {
    let (mut north, mut south) = (Device::new(1), Device::new(2));
    let pass = |device: &mut Device, at, gate, basis| device.pass(kind::ENTRY, at, gate, |raw| raw.basis = Some(basis));
    (pass(&mut north, NOW, 1, first), pass(&mut south, NOW + gap, 2, second))
}

fn told(story: &Story) -> String {
    story.tell(|gate| format!("Gate {gate}"), |ms| format!("+{}", ms - NOW))
}

#[test]
fn who_was_offline_is_said() {
    for (first, second, words) in [
        (Basis::Local, Basis::Local, "both scanners were offline"),
        (Basis::Local, Basis::Server, "the scanner at Gate 1 was offline at the first"),
        (Basis::Server, Basis::Local, "the scanner at Gate 2 was offline at the second"),
        (Basis::Server, Basis::Lan, "no scanner was offline"),
    ] {
        let (one, other) = two(60_000, first, second);
        let story = story(&[sure(&one), sure(&other)]);
        assert!(told(&story).contains(&format!("; {words}; ")), "{}", told(&story));
        assert_eq!((story.first.unwrap().basis, story.second.basis), (first, second));
    }
    // On two branches of one feed neither knew of the other.
    let mut twin = Device::new(1);
    let one = twin.enter(NOW, 1);
    twin.last = None;
    let other = twin.enter(NOW + 60_000, 1);
    let fork = |entry| Item { standing: Standing::SecondBranch, ..sure(entry) };
    assert!(told(&story(&[sure(&one), fork(&other)])).contains("; the scanner was offline; "));
}

#[test]
fn what_was_seen_settles_the_order_but_not_on_a_fork() {
    let (mut north, mut south) = (Device::new(1), Device::new(2));
    let first = north.enter(NOW, 1);
    let knowing = south.pass(kind::ENTRY, NOW + 1_000, 2, |raw| raw.saw = Some(vec![first.id]));
    let wide = |entry, standing| Item { time: Interval::new(NOW - 9_000, NOW + 9_000), standing, ..sure(entry) };
    for (one, other, certain) in [
        (Standing::Trusted, Standing::Trusted, true),
        (Standing::SecondBranch, Standing::Trusted, false),
        (Standing::Trusted, Standing::SecondBranch, false),
    ] {
        let story = story(&[wide(&first, one), wide(&knowing, other)]);
        assert_eq!(story.order_certain, certain, "{one:?}, {other:?}");
        assert_eq!(told(&story).contains("order certain"), certain);
    }
    // Times apart settle it as well, even there.
    let fork = Item { standing: Standing::SecondBranch, ..sure(&knowing) };
    assert!(story(&[sure(&first), fork]).order_certain);
}

#[test]
fn spans_are_said_as_people_say_them() {
    for (ms, words) in [
        (999, "0 s"),
        (119_999, "119 s"),
        (120_000, "2 min"),
        (7_199_999, "119 min"),
        (7_200_000, "2 h 0 min"),
        (11_100_000, "3 h 5 min"),
    ] {
        assert_eq!(span(ms), words);
    }
    assert_eq!((count(1), count(4)), ("1 person".into(), "4 people".into()));
}

#[test]
fn a_group_ticket_says_how_many_used_it_and_each_guess_has_its_words() {
    let group = |admits: u32, bodies: i64, gap: i64, gate: u32| {
        let mut device = Device::new(1);
        let mut pass = |at, gate| {
            device.pass(kind::ENTRY, at, gate, |raw| (raw.bodies, raw.admits) = (Some(bodies), Some(admits)))
        };
        let (first, second) = (pass(NOW, 1), pass(NOW + gap, gate));
        let story = story(&[sure(&first), sure(&second)]);
        assert_eq!((story.people, story.second.people), (2 * story.second.people, u32::try_from(bodies).unwrap()));
        told(&story)
    };
    assert!(group(1, 1, 5_000, 1).starts_with("Ticket let in twice: Gate 1 +0, Gate 1 +5000 (5 s apart); "));
    assert!(group(3, 2, 5_000, 1).starts_with("Ticket for 3 people used by 4: "));
    assert!(group(1, 1, 15_000, 1).ends_with("; looks like one person scanned twice."));
    assert!(group(1, 1, 15_001, 1).ends_with("; looks like a ticket passed back."));
    assert!(group(1, 1, 5_000, 2).ends_with("; looks like a copied ticket."));
    assert_eq!((RETRY_MS, PASSED_BACK_MS, WALK_MS), (15_000, 600_000, 60_000));
}

#[test]
fn a_third_person_is_not_the_second() {
    let mut device = Device::new(1);
    let entries = [0, 5_000, 10_000].map(|after| device.enter(NOW + after, 1));
    let stories = fold(&entries.each_ref().map(sure)).conflicts;
    let opening = |at: usize| told(&stories[at].story).split(':').next().unwrap().to_owned();
    assert_eq!((opening(0), opening(1)), ("Ticket let in twice".into(), "Ticket for 1 person used by 3".into()));
}
