#![no_main]
libfuzzer_sys::fuzz_target!(
    init: { turnstone_tests::fuzzing::write_corpus("csv") },
    |input: &[u8]| turnstone_tests::fuzzing::run("csv", input)
);
