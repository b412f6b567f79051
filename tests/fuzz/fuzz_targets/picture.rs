#![no_main]
libfuzzer_sys::fuzz_target!(
    init: { turnstone_tests::fuzzing::write_corpus("picture") },
    |input: &[u8]| turnstone_tests::fuzzing::run("picture", input)
);
