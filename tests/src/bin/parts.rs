//! Both shipping programs in one binary: `parts scanner …` and `parts sync-server …`. Tests start it as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    turnstone_tests::programs::dispatch().unwrap_or_else(|| {
        eprintln!("usage: parts scanner … | parts sync-server …");
        ExitCode::from(2)
    })
}
