//! What is fuzzed, from one place: `tests/fuzz` gives these functions to libFuzzer, `tests/tests/hostile_bytes.rs` gives
//! them damaged golden vectors in every ordinary test run.
//!
//! A target takes any bytes. It must neither panic nor hang nor take much memory; where the rules promise more (the same
//! set gives the same digest, what was written can be read), it checks that as well. Signed objects are tried twice:
//! as they are, and with their damaged content signed anew by the right fixture key, so that damage gets behind the
//! signature, where a dishonest insider would be.

mod codes;
#[cfg(feature = "server")]
mod csv;
mod entries;
mod lists;
mod messages;
pub mod mutate;
mod pictures;
mod world;

/// Most memory one input may take, in bytes; `tests/fuzz/run` gives it to libFuzzer.
pub const MAX_INPUT_MEMORY: u64 = 256 * 1024 * 1024;
/// Longest time one input may take, in seconds.
pub const MAX_INPUT_S: u64 = 1;

/// One thing that takes bytes from outside.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Name of the binary in `tests/fuzz` and of the test.
    pub name: &'static str,
    /// Takes one input.
    pub run: fn(&[u8]),
    /// Good and bad inputs to start from, made from the golden vectors.
    pub corpus: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "qr", run: codes::qr, corpus: codes::qr_corpus },
    Target { name: "enrolment", run: codes::enrolment, corpus: codes::enrolment_corpus },
    Target { name: "manifest", run: lists::manifest, corpus: lists::manifest_corpus },
    Target { name: "delta", run: lists::delta, corpus: lists::delta_corpus },
    Target { name: "entries", run: entries::batch, corpus: entries::batch_corpus },
    Target { name: "head", run: entries::head, corpus: entries::head_corpus },
    Target { name: "message", run: messages::message, corpus: messages::corpus },
    #[cfg(feature = "server")]
    Target { name: "csv", run: csv::list, corpus: csv::corpus },
    Target { name: "picture", run: pictures::picture, corpus: pictures::corpus },
];

/// The target of that name. Panics if there is none.
pub fn target(name: &str) -> Target {
    *TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("no target is called {name}"))
}

/// What a fuzzer's binary calls.
pub fn run(name: &str, input: &[u8]) {
    (target(name).run)(input);
}

/// Names the folder that [`write_corpus`] fills.
const CORPUS_FOLDER: &str = "TURNSTONE_FUZZ_CORPUS";

/// Puts the inputs to start from into the folder that the environment names, if it names one. They come from the golden
/// vectors every time, so that no copies of them are kept.
pub fn write_corpus(name: &str) {
    let Some(folder) = std::env::var_os(CORPUS_FOLDER).map(std::path::PathBuf::from) else { return };
    for (n, input) in (target(name).corpus)().iter().enumerate() {
        std::fs::write(folder.join(format!("golden-{n:04}")), input).expect("the folder of the corpus can be written");
    }
}
