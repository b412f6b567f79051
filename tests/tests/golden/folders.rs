//! No golden vector is checked by nobody.

use turnstone_tests::golden::{fixtures, only_kinds};

#[test]
fn every_vector_is_of_a_kind_that_a_test_reads() {
    for folder in ["keys", "tickets", "heads", "merge"] {
        only_kinds(folder, &[None]);
    }
    only_kinds("trust", &[Some("keyset"), Some("certificate"), Some("invitation")]);
    only_kinds("manifests", &[None, Some("sealed")]);
    only_kinds("entries", &[Some("batch"), Some("entry"), Some("later"), Some("garbage")]);
    only_kinds("messages", &super::messages::kinds());
    only_kinds("time", &[Some("token"), Some("feeds")]);
}

#[test]
fn the_generator_and_its_requirements_are_there() {
    for name in ["generate.py", "verify.py", "requirements.txt", "README.md"] {
        assert!(fixtures().join(name).is_file(), "fixtures/{name} is missing");
    }
}
