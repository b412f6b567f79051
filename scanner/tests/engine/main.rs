//! The engine with real databases, real keys and real signed messages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![expect(unreachable_pub, reason = "one binary: `pub` says what the other files use")]

mod confirming;
mod converging;
mod damage;
mod device;
mod durability;
mod enrolment;
mod epochs;
mod exchange;
mod fast_forwarded;
mod manifests;
mod opening;
mod speed;
mod supervising;
mod timing;
mod verdicts;
mod witness;
mod world;
