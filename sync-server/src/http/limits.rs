//! How much one caller, and all together, may ask.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ApiError;

/// Requests answered at once; more are told to come again.
const PLACES: usize = 512;

/// Most of them for one address: whoever begins requests and does not end them keeps out only those who come from there.
/// All scanners of a venue together stay far below it.
const PLACES_OF_ONE: usize = 384;

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

/// Pairs of account and address that are remembered as having signed in; when there are more, all are forgotten.
const FAMILIAR: usize = 10_000;

type Limiter<K> = DefaultKeyedRateLimiter<K>;

/// All limits.
#[derive(Debug)]
pub struct Limits {
    logins: Limiter<IpAddr>,
    accounts: Limiter<String>,
    /// Attempts from where that person signed in before: strangers cannot use these up.
    familiar: Limiter<(String, IpAddr)>,
    /// From where somebody signed in since this process began.
    seen: Mutex<HashSet<(String, IpAddr)>>,
    callers: Limiter<[u8; 16]>,
    places: Arc<Semaphore>,
    /// How many of them an address has.
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    passwords: Arc<Semaphore>,
}

impl Default for Limits {
    fn default() -> Self {
        let callers = Quota::per_second(REQUESTS_A_SECOND).allow_burst(REQUEST_BURST);
        Self {
            logins: RateLimiter::keyed(Quota::per_minute(LOGINS_A_MINUTE)),
            accounts: RateLimiter::keyed(Quota::per_minute(LOGINS_A_MINUTE_AND_ACCOUNT)),
            familiar: RateLimiter::keyed(Quota::per_minute(LOGINS_A_MINUTE)),
            seen: Mutex::default(),
            callers: RateLimiter::keyed(callers),
            places: Arc::new(Semaphore::new(PLACES)),
            taken: Arc::default(),
            passwords: Arc::new(Semaphore::new(PASSWORD_PLACES)),
        }
    }
}

impl Limits {
    /// No limit of requests a second that anybody reaches: for simulations, whose hours pass in real milliseconds.
    pub fn unhurried() -> Self {
        Self { callers: RateLimiter::keyed(Quota::per_second(NonZeroU32::MAX)), ..Self::default() }
    }

    /// An attempt to sign in as `email` (if it is an e-mail address at all) from `address`. Whoever signed in from there
    /// before has attempts of their own, so that those who guess, from there or from everywhere, do not lock them out.
    pub fn login(&self, email: Option<&str>, address: IpAddr) -> Result<(), ApiError> {
        let address = network(address);
        let Some(email) = email else { return check(&self.logins, &address) };
        let place = (email.to_owned(), address);
        if self.seen.lock().unwrap_or_else(PoisonError::into_inner).contains(&place) {
            return check(&self.familiar, &place);
        }
        check(&self.logins, &address)?;
        self.account(email)
    }

    /// `email` signed in from `address`.
    pub fn signed_in(&self, email: &str, address: IpAddr) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= FAMILIAR {
            seen.clear();
        }
        seen.insert((email.to_owned(), network(address)));
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

    /// A place for one request from `address`, until it is dropped.
    pub fn place(&self, address: IpAddr) -> Result<Place, ApiError> {
        let address = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(&address).is_some_and(|taken| *taken >= PLACES_OF_ONE) {
            return Err(ApiError::Busy);
        }
        let permit = self.places.clone().try_acquire_owned().map_err(|_| ApiError::Busy)?;
        *taken.entry(address).or_default() += 1;
        Ok(Place { address, taken: self.taken.clone(), _permit: permit })
    }

    /// A place for hashing one password; waits for it.
    pub async fn password_place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.passwords.clone().acquire_owned().await.map_err(|_| ApiError::Busy)
    }
}

/// A place for one request.
#[derive(Debug)]
pub struct Place {
    address: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
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

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_eleventh_attempt_in_a_minute_waits_and_others_do_not() {
        let limits = Limits::default();
        for _ in 0..10 {
            limits.login(None, address("2001:db8::1")).unwrap();
        }
        let refused = limits.login(None, address("2001:db8::2")).unwrap_err();
        assert!(matches!(refused, ApiError::RateLimited { retry_after: 1..=10 }), "{refused:?}");
        limits.login(None, address("2001:db8:0:1::1")).unwrap();
        limits.login(None, address("192.0.2.1")).unwrap();
    }

    #[test]
    fn who_ends_no_request_keeps_nobody_else_out() {
        let limits = Limits::default();
        let (slow, other) = (address("192.0.2.1"), address("192.0.2.2"));
        let held: Vec<_> = (0..PLACES).map_while(|_| limits.place(slow).ok()).collect();
        assert_eq!(held.len(), PLACES_OF_ONE);
        let rest: Vec<_> = (0..PLACES).map_while(|_| limits.place(other).ok()).collect();
        assert_eq!(rest.len(), PLACES - PLACES_OF_ONE);
        drop(held);
        limits.place(slow).unwrap();
        drop(rest);
        assert!(limits.taken.lock().unwrap().is_empty(), "nobody is remembered who asks for nothing");
    }

    #[test]
    fn who_guesses_does_not_lock_out_who_signed_in_from_there_before() {
        let limits = Limits::default();
        let (office, owner) = (address("192.0.2.1"), "owner@hall.example");
        limits.login(Some(owner), office).unwrap();
        limits.signed_in(owner, office);
        // From many addresses until the account's attempts are used up, and from the office itself.
        let guessed = (0..100).map(|n| limits.login(Some(owner), address(&format!("198.51.100.{n}"))));
        assert!(guessed.filter(Result::is_err).count() >= 60);
        let guessed = (0..100).map(|n| limits.login(Some(&format!("g{n}@hall.example")), office));
        assert!(guessed.filter(Result::is_err).count() >= 80);
        limits.login(Some(owner), office).unwrap();
        assert!(limits.login(Some(owner), address("203.0.113.1")).is_err(), "from elsewhere the account still waits");
        let mine = (0..100).filter(|_| limits.login(Some(owner), office).is_ok()).count();
        assert!(mine <= 10, "guessing from a familiar place is limited, too: {mine}");
    }
}
