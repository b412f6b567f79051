//! When an alarm is raised, stays, and comes again. Pure rules; judged on the most people there can be inside.

use serde::{Deserialize, Serialize};
use shared::ids::ZoneId;
use shared::occupancy::Occupancy;

use crate::store::truth::DoorPicture;

/// How far below its threshold (in per cent of the capacity) an alarm ends: somebody who goes out for a moment and comes
/// back must not raise it again.
const MARGIN: u32 = 2;

/// From which share of the capacity on, in per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// It is said that it fills up.
    pub warning: u32,
    /// It is said that it is dangerous.
    pub danger: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { warning: 80, danger: 95 }
    }
}

impl Thresholds {
    /// Whether they make sense: 1 to 100, the warning before the danger.
    pub fn are_sound(self) -> bool {
        self.warning >= 1 && self.warning < self.danger && self.danger <= 100
    }

    fn of(self, level: Level) -> u32 {
        match level {
            Level::Warning => self.warning,
            Level::Danger => self.danger,
            Level::Over => 100,
        }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It fills up.
    Warning,
    /// It is almost full.
    Danger,
    /// There may be more people inside than allowed.
    Over,
}

impl Level {
    /// From the worst to the mildest.
    const DOWNWARDS: [Self; 3] = [Self::Over, Self::Danger, Self::Warning];

    /// The number stores keep.
    pub fn number(self) -> u8 {
        match self {
            Self::Warning => 1,
            Self::Danger => 2,
            Self::Over => 3,
        }
    }

    /// From the number stores keep.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::DOWNWARDS.into_iter().find(|level| level.number() == number)
    }
}

/// The level at which an alarm stands with at most `people` where `capacity` are allowed, if it stood at `before`.
pub fn judge(thresholds: Thresholds, capacity: u32, people: i64, before: Option<Level>) -> Option<Level> {
    let reached = |level: Level, margin: u32| {
        let line = i64::from(thresholds.of(level).saturating_sub(margin)).saturating_mul(i64::from(capacity));
        let people = people.saturating_mul(100);
        // Full is not over, and nobody is no crowd, however small the place.
        people > 0 && if level == Level::Over && margin == 0 { people > line } else { people >= line }
    };
    let risen = Level::DOWNWARDS.into_iter().find(|level| reached(*level, 0));
    let kept = Level::DOWNWARDS
        .into_iter()
        .find(|level| before.is_some_and(|before| *level <= before) && reached(*level, MARGIN));
    risen.max(kept)
}

/// What becomes of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// A new alarm: nobody has acknowledged it.
    Raise(Level),
    /// It is less bad; whoever acknowledged it knows that, too.
    Ease(Level),
    /// It is over.
    End,
}

/// From the level at which it stands to the one it was judged to have.
pub fn step(standing: Option<Level>, judged: Option<Level>) -> Step {
    match (standing, judged) {
        (before, Some(now)) if before.is_none_or(|before| now > before) => Step::Raise(now),
        (Some(before), Some(now)) if now < before => Step::Ease(now),
        (Some(_), None) => Step::End,
        _ => Step::Stay,
    }
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Rises with time.
    pub id: i64,
    /// Which zone; `None`: the whole venue.
    pub zone: Option<ZoneId>,
    /// What it was raised at …
    pub level: Level,
    /// … and where it stands since.
    pub standing: Level,
    /// When (ms).
    pub raised: i64,
    /// Most people there could be at that moment …
    pub people: i64,
    /// … where so many are allowed.
    pub capacity: u32,
    /// When it fell below, or rose to the next (ms); `None`: it stands.
    pub ended: Option<i64>,
    /// Who has seen it, and when (ms).
    pub acknowledged: Option<(String, i64)>,
}

/// What becomes of the alarm of one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// Which zone; `None`: the whole venue.
    pub zone: Option<ZoneId>,
    /// What to do.
    pub step: Step,
    /// Most people there can be.
    pub people: i64,
    /// People allowed; 0 where there is no limit any more.
    pub capacity: u32,
}

/// Everything that has to be done about the alarms of an event.
pub fn settle(picture: &DoorPicture) -> Vec<Settlement> {
    let limits: Vec<(Option<ZoneId>, Option<u32>)> = [(None, picture.policy.capacity)]
        .into_iter()
        .chain(picture.policy.zones.iter().map(|zone| (Some(zone.id), zone.capacity)))
        .collect();
    if picture.alarms.is_empty() && limits.iter().all(|(_, capacity)| capacity.is_none()) {
        return vec![];
    }
    let occupancy = Occupancy::of(&picture.sums, &picture.reports);
    let gone = picture
        .alarms
        .iter()
        .map(|alarm| (alarm.zone, None))
        .filter(|(zone, _)| !limits.iter().any(|(known, _)| known == zone));
    let settled = limits.iter().copied().chain(gone).map(|(zone, capacity)| {
        let people = match zone {
            None => occupancy.total.high,
            Some(zone) => occupancy.zones.get(&zone).map_or(0, |range| range.high),
        };
        let standing = picture.alarms.iter().find(|alarm| alarm.zone == zone).map(|alarm| alarm.standing);
        let judged = capacity.and_then(|capacity| judge(picture.thresholds, capacity, people, standing));
        Settlement { zone, step: step(standing, judged), people, capacity: capacity.unwrap_or_default() }
    });
    settled.filter(|settlement| settlement.step != Step::Stay).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Thresholds = Thresholds { warning: 80, danger: 95 };

    /// Goes through these numbers of people where 100 are allowed, and says what happens.
    fn evening(people: &[i64]) -> Vec<(i64, Step)> {
        let mut standing = None;
        let steps = people.iter().map(|people| {
            let judged = judge(DEFAULT, 100, *people, standing);
            let step = step(standing, judged);
            standing = judged;
            (*people, step)
        });
        steps.filter(|(_, step)| *step != Step::Stay).collect()
    }

    #[test]
    fn each_level_is_raised_where_it_is_reached() {
        use Level::{Danger, Over, Warning};
        let rises = evening(&[0, 79, 80, 94, 95, 100, 101, 130]);
        assert_eq!(rises, [(80, Step::Raise(Warning)), (95, Step::Raise(Danger)), (101, Step::Raise(Over))]);
        assert_eq!(evening(&[101]), [(101, Step::Raise(Over))], "at once, if it comes at once");
    }

    #[test]
    fn it_comes_again_after_it_fell_and_not_for_one_who_went_out_for_a_moment() {
        use Level::{Danger, Warning};
        assert_eq!(evening(&[80, 79, 80, 78, 81]), [(80, Step::Raise(Warning))]);
        assert_eq!(evening(&[80, 77, 80]), [(80, Step::Raise(Warning)), (77, Step::End), (80, Step::Raise(Warning))]);
        let eased = [(95, Step::Raise(Danger)), (92, Step::Ease(Warning)), (95, Step::Raise(Danger))];
        assert_eq!(evening(&[95, 93, 92, 95]), eased);
    }

    #[test]
    fn a_capacity_of_nobody_is_exceeded_by_one() {
        assert_eq!((judge(DEFAULT, 0, 1, None), judge(DEFAULT, 0, 0, None)), (Some(Level::Over), None));
        assert_eq!(judge(DEFAULT, 100, -5, None), None);
        assert_eq!(judge(DEFAULT, u32::MAX, i64::MAX, None), Some(Level::Over), "no overflow");
    }

    #[test]
    fn thresholds_must_be_in_order() {
        assert!(Thresholds::default().are_sound());
        for (warning, danger) in [(0, 95), (95, 95), (96, 95), (80, 101)] {
            assert!(!Thresholds { warning, danger }.are_sound(), "{warning} {danger}");
        }
    }
}
