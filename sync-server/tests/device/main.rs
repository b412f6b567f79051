//! Scanners against a real server on a free port: what they send, what the server makes of it, what it tells.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod gadget;
mod hall;

mod convergence;
mod enrolment;
mod holds;
mod hostile;
mod ingest;
mod live;
mod manifests;
mod office;
mod office_ended;
mod placing;
mod random;
mod refill;
mod restored;
mod revocation;
mod rotation;
mod times;
mod verified;
