//! How much one caller, and all together, may ask.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ApiError;

/// Requests answered at once; more are told to come again.
const PLACES: usize = 512;

/// Attempts to sign in, a minute and address; as many at once.
const LOGINS_A_MINUTE: NonZeroU32 = NonZeroU32::new(10).unwrap();

/// Attempts to sign in with one e-mail address, a minute; slows down guessing from many addresses. More than for one
/// address, so that a single stranger cannot keep the owner out.
const LOGINS_A_MINUTE_AND_ACCOUNT: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Passwords hashed at once: each takes 19 MiB and a core for tens of milliseconds.
const PASSWORD_PLACES: usize = 4;

/// Requests of one person or device, a second, sustained …
const REQUESTS_A_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// … and at once.
const REQUEST_BURST: NonZeroU32 = NonZeroU32::new(400).unwrap();

/// Callers remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

type Limiter<K> = DefaultKeyedRateLimiter<K>;

/// All limits.
#[derive(Debug)]
pub struct Limits {
    logins: Limiter<IpAddr>,
    accounts: Limiter<String>,
    callers: Limiter<[u8; 16]>,
    places: Arc<Semaphore>,
    passwords: Arc<Semaphore>,
}

impl Default for Limits {
    fn default() -> Self {
        let callers = Quota::per_second(REQUESTS_A_SECOND).allow_burst(REQUEST_BURST);
        Self {
            logins: RateLimiter::keyed(Quota::per_minute(LOGINS_A_MINUTE)),
            accounts: RateLimiter::keyed(Quota::per_minute(LOGINS_A_MINUTE_AND_ACCOUNT)),
            callers: RateLimiter::keyed(callers),
            places: Arc::new(Semaphore::new(PLACES)),
            passwords: Arc::new(Semaphore::new(PASSWORD_PLACES)),
        }
    }
}

impl Limits {
    /// An attempt to sign in (or enrol) from `address`.
    pub fn login(&self, address: IpAddr) -> Result<(), ApiError> {
        check(&self.logins, &network(address))
    }

    /// An attempt to sign in as `email`, from wherever.
    pub fn account(&self, email: &str) -> Result<(), ApiError> {
        check(&self.accounts, &email.to_owned())
    }

    /// A request by somebody who has not shown yet who they are, but whose secret cannot be guessed. All scanners of a
    /// venue come from one address.
    pub fn stranger(&self, address: IpAddr) -> Result<(), ApiError> {
        let mut key = [0; 16];
        match network(address) {
            IpAddr::V4(v4) => key[..4].copy_from_slice(&v4.octets()),
            IpAddr::V6(v6) => key.copy_from_slice(&v6.octets()),
        }
        self.caller(key)
    }

    /// A request by a person, scanner or other principal with this id.
    pub fn caller(&self, id: [u8; 16]) -> Result<(), ApiError> {
        check(&self.callers, &id)
    }

    /// A place for one request, until it is dropped.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.places.clone().try_acquire_owned().map_err(|_| ApiError::Busy)
    }

    /// A place for hashing one password; waits for it.
    pub async fn password_place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.passwords.clone().acquire_owned().await.map_err(|_| ApiError::Busy)
    }
}

fn check<K: std::hash::Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Result<(), ApiError> {
    if limiter.len() > REMEMBERED {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        ApiError::RateLimited { retry_after: wait.as_secs() + 1 }
    })
}

/// An IPv6 caller owns at least a /64: that is what counts.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(
            || {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            },
            IpAddr::V4,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_attempt_in_a_minute_waits_and_others_do_not() {
        let limits = Limits::default();
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for _ in 0..10 {
            limits.login(address("2001:db8::1")).unwrap();
        }
        let refused = limits.login(address("2001:db8::2")).unwrap_err();
        assert!(matches!(refused, ApiError::RateLimited { retry_after: 1..=10 }), "{refused:?}");
        limits.login(address("2001:db8:0:1::1")).unwrap();
        limits.login(address("192.0.2.1")).unwrap();
    }
}
