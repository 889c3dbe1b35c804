//! A brake on guesses: so many wrong tokens of one address in a minute, and none is looked at for the rest of it.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Different wrong tokens within [`WINDOW`].
const GUESSES: usize = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered.
const ADDRESSES: usize = 1_024;

#[derive(Default)]
pub(super) struct Brake {
    guesses: Mutex<HashMap<IpAddr, Guesses>>,
    hasher: RandomState,
}

struct Guesses {
    since: Instant,
    /// Hashes: a program that shows one wrong token again and again guesses nothing, and must not lock out others.
    seen: Vec<u64>,
}

impl Brake {
    /// **Errors.** The seconds until the next look.
    pub(super) fn check(&self, peer: IpAddr, now: Instant) -> Result<(), u64> {
        let all = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(guesses) = all.get(&network(peer)).filter(|guesses| guesses.seen.len() >= GUESSES) else {
            return Ok(());
        };
        let left = (guesses.since + WINDOW).saturating_duration_since(now);
        if left.is_zero() {
            Ok(())
        } else {
            Err(left.as_secs() + 1).map_err(|seconds| seconds.min(WINDOW.as_secs()))
        }
    }

    /// A wrong token.
    pub(super) fn note(&self, peer: IpAddr, guess: &str, now: Instant) {
        let hash = self.hasher.hash_one(guess);
        let mut all = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        let peer = network(peer);
        if all.len() >= ADDRESSES && !all.contains_key(&peer) {
            all.retain(|_, guesses| guesses.since + WINDOW > now);
            let oldest = all.iter().min_by_key(|(_, guesses)| guesses.since).map(|(peer, _)| *peer);
            if let Some(oldest) = oldest.filter(|_| all.len() >= ADDRESSES) {
                all.remove(&oldest);
            }
        }
        let guesses = all.entry(peer).or_insert_with(|| Guesses { since: now, seen: Vec::new() });
        if guesses.since + WINDOW <= now {
            *guesses = Guesses { since: now, seen: Vec::new() };
        }
        if !guesses.seen.contains(&hash) {
            guesses.seen.push(hash);
        }
    }
}

/// Who has an IPv6 address has 2⁶⁴ of them.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(peer) => Ipv6Addr::from_bits(peer.to_bits() >> 64 << 64).into(),
        peer @ IpAddr::V4(_) => peer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_guesses_a_minute_are_looked_at() {
        let (brake, start) = (Brake::default(), Instant::now());
        let peer: IpAddr = "2001:db8::1".parse().unwrap();
        for guess in 0..9 {
            assert_eq!(brake.check(peer, start), Ok(()));
            brake.note(peer, &guess.to_string(), start);
            brake.note(peer, "the same", start);
        }
        assert_eq!(brake.check(peer, start), Err(60));
        assert_eq!(brake.check("2001:db8::2".parse().unwrap(), start + Duration::from_secs(50)), Err(11));
        assert_eq!(brake.check("2001:db8:0:1::1".parse().unwrap(), start), Ok(()), "another network");
        let later = start + WINDOW;
        assert_eq!(brake.check(peer, later), Ok(()));
        brake.note(peer, "x", later);
        assert_eq!(brake.check(peer, later), Ok(()), "the count begins anew");
    }

    #[test]
    fn no_number_of_addresses_makes_it_grow() {
        let (brake, start) = (Brake::default(), Instant::now());
        for number in 0..5_000_u32 {
            brake.note(IpAddr::V4(number.into()), "x", start);
        }
        assert_eq!(brake.guesses.lock().unwrap().len(), ADDRESSES);
    }
}
