#![no_main]
libfuzzer_sys::fuzz_target!(
    init: { turnstone_tests::fuzzing::write_corpus("head") },
    |input: &[u8]| turnstone_tests::fuzzing::run("head", input)
);
