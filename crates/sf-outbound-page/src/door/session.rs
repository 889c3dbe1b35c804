//! Who has logged in: keys that the server remembers, and forgets at logout.

use super::token::is_same;
use std::collections::VecDeque;
use std::fmt::Write;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_rustls::rustls::crypto::ring;

/// Of a session's key.
const KEY_BYTES: usize = 32;
/// A working day and more.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);
/// At once; one more ends the oldest.
const SESSIONS: usize = 64;

#[derive(Default)]
pub(super) struct Sessions(Mutex<VecDeque<Open>>);

struct Open {
    key: String,
    until: Instant,
    /// Dropped at the end.
    end: watch::Sender<()>,
}

/// The session of a request. If a token is set, each request to a route that demands a session has it as an extension.
///
/// # Example
///
/// ```
/// use axum::Extension;
/// use sf_outbound_page::Session;
///
/// /// A handler whose answer goes on until nobody may read it.
/// async fn wait(session: Option<Extension<Session>>) -> &'static str {
///     let Some(Extension(session)) = session else { return "nobody can log out" };
///     session.ended().await;
///     "logged out"
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Session {
    until: Instant,
    end: watch::Receiver<()>,
}

impl Session {
    /// Waits until the user logs out, or the session is 12 hours old.
    pub async fn ended(mut self) {
        let end = async { while self.end.changed().await.is_ok() {} };
        // Either is the end.
        let _ = tokio::time::timeout_at(self.until.into(), end).await;
    }
}

impl Sessions {
    /// The key of a new session.
    ///
    /// **Errors.** The system gives no random bytes.
    pub(super) fn begin(&self, now: Instant) -> io::Result<String> {
        let mut bytes = [0; KEY_BYTES];
        let random = ring::default_provider().secure_random;
        random.fill(&mut bytes).map_err(|_| io::Error::other("the system gives no random bytes"))?;
        let mut key = String::with_capacity(2 * KEY_BYTES);
        for byte in bytes {
            // Writing to a `String` can't fail.
            let _ = write!(key, "{byte:02x}");
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|open| open.until > now);
        if all.len() >= SESSIONS {
            all.pop_front();
        }
        all.push_back(Open { key: key.clone(), until: now + LIFETIME, end: watch::Sender::new(()) });
        Ok(key)
    }

    pub(super) fn find(&self, key: &str, now: Instant) -> Option<Session> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = all.iter().rfind(|open| is_same(open.key.as_bytes(), key.as_bytes()))?;
        (open.until > now).then(|| Session { until: open.until, end: open.end.subscribe() })
    }

    pub(super) fn end(&self, key: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|open| !is_same(open.key.as_bytes(), key.as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_until_it_ends_or_is_old() {
        let (sessions, start) = (Sessions::default(), Instant::now());
        let [one, other] = [(); 2].map(|()| sessions.begin(start).unwrap());
        assert_eq!(one.len(), 2 * KEY_BYTES);
        assert!(sessions.find(&one, start).is_some() && sessions.find(&one[1..], start).is_none());
        sessions.end(&one);
        assert!(sessions.find(&one, start).is_none() && sessions.find(&other, start).is_some());
        assert!(sessions.find(&other, start + LIFETIME).is_none());
        for _ in 0..SESSIONS {
            sessions.begin(start).unwrap();
        }
        assert!(sessions.find(&other, start).is_none(), "the oldest has made room");
        assert_eq!(sessions.0.lock().unwrap().len(), SESSIONS);
    }
}
