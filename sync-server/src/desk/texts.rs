//! What the pages say, in the reader's language. The texts themselves stand in `sync-server/texts/`, a folder for each
//! language and in it a file for each part of the site (Project Fluent).

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static TEXTS = {
        locales: "./texts",
        fallback_language: "en",
        // The marks around filled-in words help in texts that mix directions; scripts fill in words themselves.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// What scripts fill in themselves: they get `{who}` where a text says `{ $who }`.
const BLANKS: [&str; 13] =
    ["at", "capacity", "high", "in", "low", "n", "of", "out", "percent", "text", "time", "title", "version"];

/// A language there are texts for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Language {
    /// English
    #[default]
    En,
    /// Deutsch
    De,
    /// Español
    Es,
}

impl Language {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::En, Self::De, Self::Es];

    /// All of them, for templates.
    #[expect(clippy::unused_self, reason = "templates reach methods of their values only")]
    pub(super) fn all(self) -> [Self; 3] {
        Self::ALL
    }

    /// BCP 47 tag.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
        }
    }

    /// Its name in itself.
    pub(super) fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Es => "Español",
        }
    }

    /// By its tag, with or without a region.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next()?.trim();
        Self::ALL.into_iter().find(|known| known.tag().eq_ignore_ascii_case(language))
    }

    /// The first of a browser's preferences (`Accept-Language`, RFC 9110) that there is; they come best first.
    pub(super) fn preferred(header: &str) -> Option<Self> {
        header.split(',').find_map(|part| Self::of_tag(part.split(';').next()?))
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en"),
            Self::De => langid!("de"),
            Self::Es => langid!("es"),
        }
    }

    /// The text with this name.
    pub(super) fn text(self, name: &str) -> String {
        TEXTS.lookup(&self.identifier(), name)
    }

    /// The text with this name, filled in.
    pub(super) fn fill<const N: usize>(self, name: &str, values: [(&'static str, FluentValue<'_>); N]) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
            values.into_iter().map(|(name, value)| (name.into(), value)).collect();
        TEXTS.lookup_with_args(&self.identifier(), name, &values)
    }

    /// The text with this name, filled in, if there is one.
    pub(super) fn known(self, name: &str, values: &HashMap<Cow<'static, str>, FluentValue<'_>>) -> Option<String> {
        TEXTS.try_lookup_with_args(&self.identifier(), name, values)
    }

    /// These texts for scripts, with blanks to fill in.
    pub(super) fn for_scripts(self, names: &[&'static str]) -> BTreeMap<&'static str, String> {
        let blank = |name: &'static str| (Cow::from(name), FluentValue::from(format!("{{{name}}}")));
        let blanks: HashMap<_, _> = BLANKS.into_iter().chain(["who"]).map(blank).collect();
        names.iter().map(|name| (*name, TEXTS.lookup_with_args(&self.identifier(), name, &blanks))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// Message and what is filled in, of each line that begins a message or stands within one.
    fn filled(ftl: &str) -> BTreeSet<(&str, String)> {
        let mut message = "";
        let mut found = BTreeSet::new();
        for line in ftl.lines().filter(|line| !line.starts_with('#')) {
            if let Some(end) = line.find(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                message = &line[..end];
                assert!(found.insert((message, String::new())), "{message} is there twice");
            }
            for part in line.split('$').skip(1) {
                found.insert((message, part.chars().take_while(|c| c.is_alphanumeric()).collect()));
            }
        }
        found
    }

    /// The files below a folder of this crate that have one of these endings, with their content.
    fn files(folder: &str, endings: &[&str]) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if endings.iter().any(|ending| path.extension().is_some_and(|known| known == *ending)) {
                    found.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        found
    }

    /// All texts of a language, by the name of their file.
    fn of_language(language: Language) -> BTreeMap<String, String> {
        let files = files(&format!("texts/{}", language.tag()), &["ftl"]);
        files.into_iter().map(|(path, text)| (path.file_name().unwrap().display().to_string(), text)).collect()
    }

    #[test]
    fn every_language_says_everything_and_fills_in_the_same() {
        let english = of_language(Language::En);
        let names: Vec<_> =
            english.values().flat_map(|text| filled(text)).filter(|(_, blank)| blank.is_empty()).collect();
        assert!(names.len() > 100);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "no text is in two files");
        for language in [Language::De, Language::Es] {
            let other = of_language(language);
            assert!(other.keys().eq(english.keys()));
            for (file, text) in &english {
                assert_eq!(filled(text), filled(&other[file]), "{language:?} {file}");
            }
        }
    }

    #[test]
    fn every_text_that_pages_and_handlers_name_is_there() {
        let mut asked = BTreeSet::new();
        for (path, source) in files("pages", &["html"]).into_iter().chain(files("src/desk", &["rs"])) {
            if path.ends_with("texts.rs") {
                continue;
            }
            let mut ask = |call: &str, prefix: &str| {
                for part in source.split(call).skip(1) {
                    asked.insert((format!("{prefix}{}", part.split('"').next().unwrap()), path.clone()));
                }
            };
            ask("language.text(\"", "");
            ask("language.fill(\"", "");
            ask("Notice::new(\"", "done-");
        }
        // Labels of fields: every second text of such a list.
        for (path, source) in files("src/desk", &["rs"]).into_iter().filter(|(path, _)| !path.ends_with("texts.rs")) {
            for list in source.split("LABELS: &[(&str, &str)] =").skip(1) {
                let list = list.split("];").next().unwrap();
                asked.extend(list.split('"').skip(3).step_by(4).map(|name| (name.to_owned(), path.clone())));
            }
        }
        // What is wrong with a field has a text for each of its codes.
        for (path, source) in files("src", &["rs"]).into_iter().filter(|(path, _)| !path.ends_with("texts.rs")) {
            for part in source.split("Fault::new(").skip(1).filter_map(|part| part.trim_start().strip_prefix('"')) {
                asked.insert((format!("fault-{}", part.split('"').next().unwrap()), path.clone()));
            }
        }
        assert!(asked.len() > 50, "{}", asked.len());
        let english = of_language(Language::En);
        let there: BTreeSet<_> = english.values().flat_map(|text| filled(text)).map(|(name, _)| name).collect();
        for (name, path) in asked {
            assert!(there.contains(name.as_str()), "{name}, named by {}", path.display());
        }
    }

    #[test]
    fn scripts_get_every_text_whole_with_blanks_to_fill_in() {
        for language in Language::ALL {
            for (name, text) in language.for_scripts(super::super::event::SCRIPT_TEXTS) {
                assert!(!text.contains('$') && !text.contains("Unknown localization"), "{language:?} {name}: {text}");
            }
        }
        let texts = Language::En.for_scripts(&["cause-silent-queued"]);
        assert_eq!(texts["cause-silent-queued"], "{who} silent for {time}, {n} queued");
    }

    #[test]
    fn every_text_a_module_asks_for_is_given_to_it() {
        let modules = [
            include_str!("../../pages/alarms.mjs"),
            include_str!("../../pages/conflicts.mjs"),
            include_str!("../../pages/counts.mjs"),
            include_str!("../../pages/course.mjs"),
            include_str!("../../pages/inside.mjs"),
            include_str!("../../pages/live.mjs"),
            include_str!("../../pages/page.mjs"),
            include_str!("../../pages/scanners.mjs"),
            include_str!("../../pages/sound.mjs"),
        ];
        let mut asked = 0;
        for part in modules.iter().flat_map(|module| module.split("text(\"").skip(1)) {
            let name = part.split('"').next().unwrap();
            assert!(super::super::event::SCRIPT_TEXTS.contains(&name), "{name}");
            asked += 1;
        }
        assert!(asked > 20, "{asked}");
    }
}
