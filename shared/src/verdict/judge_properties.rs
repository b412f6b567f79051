//! What holds of every verdict, whatever was asked.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn exits_are_never_refused(
        which in prop::collection::vec(0..18usize, 0..5), inside in 0u32..3, admitted in 0u32..3, people in prop::option::of(0u32..5), by_override: bool,
    ) {
        let mut door = Door::new();
        let cases = refusals();
        // Cases that take the record away come last: others look into it.
        let mut chosen: Vec<usize> = which;
        chosen.sort_by_key(|n| loses_record(cases[*n].0));
        for n in chosen.iter().filter(|n| !loses_record(cases[**n].0)) {
            (cases[*n].1)(&mut door);
        }
        for n in chosen.iter().filter(|n| loses_record(cases[**n].0)).take(1) {
            (cases[*n].1)(&mut door);
        }
        door.came(admitted, inside);
        (door.direction, door.people, door.by_override) = (Direction::Exit, people, by_override);
        let answer = door.ask();
        prop_assert_eq!(answer.verdict.passes(), Some(Direction::Exit));
        prop_assert!(answer.people >= 1);
        prop_assert_eq!(answer.verdict == Verdict::OkExit, inside >= answer.people);
    }

    #[test]
    fn nobody_comes_in_beyond_what_the_ticket_admits(
        admits in 0u32..6, admitted in 0u32..8, inside in 0u32..8, people in prop::option::of(0u32..8), reentry: bool,
    ) {
        let mut door = Door::new();
        door.policy.reentry = reentry;
        door.listed().admits = admits;
        door.came(admitted.max(inside), inside);
        door.people = people;
        let answer = door.ask();
        let taken = if reentry { inside } else { door.history.admitted };
        if answer.verdict.passes().is_some() {
            prop_assert!(taken + answer.people <= admits && answer.people >= 1);
        } else {
            prop_assert!(people.unwrap_or(1).max(1) + taken > admits);
            prop_assert_eq!(answer.people, 0);
        }
    }
}
