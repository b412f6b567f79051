//! One exchange of time with the server: what it says about other moments of the same boot (Cristian 1989).

use minicbor::{Decode, Encode};

use crate::cose::{self, Domain, SigningKey};
use crate::entry::{Action, Entry};
use crate::ids::{BootId, Nonce, StoreId};
use crate::time::Interval;
use crate::trust::{KeyRole, Trust, TrustError};

/// How much a device's clock may run fast or slow, in parts per million.
pub const DRIFT_PPM: u64 = 100;
/// A clock drifts by at most one ms in this many.
const MS_PER_DRIFT: u64 = 1_000_000 / DRIFT_PPM;

/// The server's signed answer to "what time is it".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TimeToken {
    /// The asker's nonce: the asker must compare it.
    #[n(1)]
    pub nonce: Nonce,
    /// Server time (ms).
    #[n(2)]
    pub server_ms: i64,
    /// Which server.
    #[n(3)]
    pub store: StoreId,
}

impl TimeToken {
    /// Signs the token with a server key.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        cose::sign_object(Domain::Time, key, self)
    }

    /// Opens a token that a server key signed within its validity.
    pub fn open(bytes: &[u8], trust: &Trust) -> Result<Self, TrustError> {
        trust.open(Domain::Time, KeyRole::Server, bytes, |token: &Self| token.server_ms)
    }
}

/// A verified sample: between `request` and `response` it was `server_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// Its entry's place in the feed.
    pub seq: u64,
    /// The boot that both monos count from.
    pub boot: BootId,
    /// Mono at asking (ms).
    pub request: u64,
    /// Mono at receipt (ms); not before `request`.
    pub response: u64,
    /// Server time (ms).
    pub server_ms: i64,
}

impl Sample {
    /// The sample a `time` entry carries. `verify` opens the token and gives the server's time (ms), or `None` if
    /// it is not the server's word; then there is no sample.
    pub fn of(entry: &Entry, verify: impl FnOnce(&[u8]) -> Option<i64>) -> Option<Self> {
        let Action::Time { token, request, response } = &entry.action else { return None };
        let server_ms = verify(token)?;
        Some(Self { seq: entry.raw.seq, boot: entry.raw.boot, request: *request, response: *response, server_ms })
    }

    /// Ms between `mono` and the exchange; 0 within it.
    fn distance(&self, mono: u64) -> u64 {
        self.request.saturating_sub(mono).max(mono.saturating_sub(self.response))
    }

    /// Width (ms) of the interval at `mono`, before it is pulled into the times there are.
    fn width(&self, mono: u64) -> u64 {
        let travel = self.response.saturating_sub(self.request);
        travel.saturating_add(self.distance(mono).div_ceil(MS_PER_DRIFT).saturating_mul(2))
    }

    /// [`Self::width`] without rounding, in units of 2 ms / [`MS_PER_DRIFT`].
    pub(super) fn exact_width(&self, mono: u64) -> u128 {
        let travel = self.response.saturating_sub(self.request);
        u128::from(travel) * u128::from(MS_PER_DRIFT / 2) + u128::from(self.distance(mono))
    }

    /// In the same units: more than rounding can change.
    pub(super) const ROUNDING: u128 = 2 * MS_PER_DRIFT as u128;
}

/// When it was `mono` in the sample's boot: `[S + (m − t1), S + (m − t0)]`, widened by [`DRIFT_PPM`] of the distance,
/// rounded up to whole ms.
pub fn sampled(sample: &Sample, mono: u64) -> Interval {
    let drift = i128::from(sample.distance(mono).div_ceil(MS_PER_DRIFT));
    let at = i128::from(sample.server_ms) + i128::from(mono);
    Interval::new(saturate(at - i128::from(sample.response) - drift), saturate(at - i128::from(sample.request) + drift))
}

fn saturate(ms: i128) -> i64 {
    let (least, most) = (i64::MIN, i64::MAX);
    i64::try_from(ms.clamp(least.into(), most.into())).unwrap_or(most)
}

/// The sample of `boot` that says most about `mono`; of equally narrow ones that with the lower seq.
pub fn narrowest<'a>(samples: impl IntoIterator<Item = &'a Sample>, boot: BootId, mono: u64) -> Option<&'a Sample> {
    // The whole sample ends the comparison, so that even two branches of a feed leave no choice to chance.
    samples.into_iter().filter(|sample| sample.boot == boot).min_by_key(|sample| (sample.width(mono), **sample))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(seq: u64, request: u64, response: u64, server_ms: i64) -> Sample {
        Sample { seq, boot: BootId([1; 8]), request, response, server_ms }
    }

    #[test]
    fn widening_rounds_up() {
        let taken = sample(1, 10_000, 12_000, 1_000_000);
        let ends = |mono| (sampled(&taken, mono).lo, sampled(&taken, mono).hi);
        assert_eq!(ends(11_000), (999_000, 1_001_000));
        assert_eq!(ends(12_001), (1_000_000, 1_002_002));
        assert_eq!(ends(22_000), (1_009_999, 1_012_001));
        assert_eq!(ends(22_001), (1_009_999, 1_012_003));
    }

    #[test]
    fn beyond_all_time_is_its_end() {
        let ends = |server_ms, mono| sampled(&sample(1, 0, 0, server_ms), mono);
        assert_eq!(ends(i64::MIN, 0).lo, crate::time::EARLIEST_MS);
        let late = ends(i64::MAX, u64::MAX);
        assert_eq!((late.lo, late.hi), (crate::time::LATEST_MS, crate::time::LATEST_MS));
        assert_eq!((saturate(-1 << 100), saturate(0), saturate(1 << 100)), (i64::MIN, 0, i64::MAX));
    }

    #[test]
    fn a_token_is_signed_with_all_it_says() {
        let token = TimeToken { nonce: Nonce([1; 16]), server_ms: 5, store: StoreId([2; 16]) };
        let signed = token.sign(&SigningKey::from_bytes(&[3; 32]));
        assert_eq!(cose::peek::<TimeToken>(&signed), Some(token));
    }

    #[test]
    fn the_narrowest_wins_and_a_tie_goes_to_the_lower_seq() {
        let (slow, quick) = (sample(2, 100, 500, 0), sample(3, 900, 910, 0));
        assert_eq!(narrowest([&slow, &quick], BootId([1; 8]), 300).unwrap().seq, 3);
        let twins = [sample(9, 1000, 1100, 5), sample(4, 3000, 3100, 6)];
        assert_eq!(narrowest(&twins, BootId([1; 8]), 2050).unwrap().seq, 4);
        assert_eq!(narrowest(&twins, BootId([2; 8]), 2050), None);
    }

    /// A device whose clock runs `ppm` fast, booted at true time `boot`: mono of a true time, rounded down.
    fn mono(boot: i64, ppm: i64, truth: i64) -> u64 {
        u64::try_from(i128::from(truth - boot) * i128::from(1_000_000 + ppm) / 1_000_000).unwrap()
    }

    proptest! {
        #[test]
        fn an_honest_sample_never_excludes_the_truth(
            boot in 0i64..2_000_000_000_000, ppm in -99i64..=99, asked in 0i64..90_000_000,
            there in 0i64..5_000, back in 0i64..5_000, happened in 0i64..90_000_000,
        ) {
            let (asked, happened) = (boot + asked, boot + happened);
            let taken = sample(1, mono(boot, ppm, asked), mono(boot, ppm, asked + there + back), asked + there);
            let interval = sampled(&taken, mono(boot, ppm, happened));
            // Monos are whole ms, and within the exchange itself (10 s at most) the clock drifts by 1 ms.
            let slack = 2;
            prop_assert!(
                interval.lo - slack <= happened && happened <= interval.hi + slack,
                "{happened} outside {interval:?}"
            );
        }

        #[test]
        fn hostile_numbers_never_overflow(
            request in any::<u64>(), response in any::<u64>(), server in any::<i64>(), at in any::<u64>(), seq in any::<u64>(),
        ) {
            let taken = sample(seq, request.min(response), request.max(response), server);
            for mono in [at, 0, u64::MAX] {
                let interval = sampled(&taken, mono);
                prop_assert!(crate::time::EARLIEST_MS <= interval.lo && interval.lo <= interval.at);
                prop_assert!(interval.at <= interval.hi && interval.hi <= crate::time::LATEST_MS);
                prop_assert!(narrowest([&taken], taken.boot, mono).is_some());
            }
        }
    }
}
