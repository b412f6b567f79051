//! What the screen says, in the reader's language. The texts themselves stand in `scanner/texts/*.ftl` (Project Fluent).

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static TEXTS = {
        locales: "./texts",
        fallback_language: "en",
        // The marks around filled-in words help in texts that mix directions; here they would end up in spoken text.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language there are texts for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
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
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Es];

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Es => "Español",
        }
    }

    /// By its tag, with or without a region.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next()?.trim();
        Self::ALL.into_iter().find(|known| known.tag().eq_ignore_ascii_case(language))
    }

    /// The first of a browser's preferences (`Accept-Language`, RFC 9110) that there is; they come best first.
    pub fn preferred(header: &str) -> Option<Self> {
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
    pub fn text(self, name: &str) -> String {
        TEXTS.lookup(&self.identifier(), name)
    }

    /// The text with this name, filled in.
    pub fn fill<const N: usize>(self, name: &str, values: [(&'static str, FluentValue<'_>); N]) -> String {
        self.fill_all(name, values)
    }

    /// The same, with however many values.
    pub fn fill_all<'v>(self, name: &str, values: impl IntoIterator<Item = (&'static str, FluentValue<'v>)>) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
            values.into_iter().map(|(name, value)| (name.into(), value)).collect();
        TEXTS.lookup_with_args(&self.identifier(), name, &values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeSet;

    fn names(ftl: &str) -> BTreeSet<&str> {
        let name = |line: &'_ str| -> Option<usize> {
            let end = line.find(" =")?;
            line.starts_with(|c: char| c.is_ascii_lowercase() || c == '-').then_some(end)
        };
        ftl.lines().filter_map(|line| Some(&line[..name(line)?])).collect()
    }

    /// The names of what is filled in, by message.
    fn filled(ftl: &str) -> BTreeSet<(&str, String)> {
        let mut message = "";
        let mut found = BTreeSet::new();
        for line in ftl.lines().filter(|line| !line.starts_with('#')) {
            if let Some(end) = line.find(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                message = &line[..end];
            }
            for part in line.split('$').skip(1) {
                found.insert((message, part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()));
            }
        }
        found
    }

    #[test]
    fn every_language_says_everything_and_fills_in_the_same() {
        let english = include_str!("../../texts/en.ftl");
        for other in [include_str!("../../texts/de.ftl"), include_str!("../../texts/es.ftl")] {
            assert_eq!(names(english), names(other));
            assert_eq!(filled(english), filled(other));
        }
    }

    #[test]
    fn numbers_agree_with_their_nouns_in_each_language() {
        let people = |language: Language, count: i64| language.fill("people", [("count", count.into())]);
        assert_eq!((people(Language::En, 1), people(Language::En, 4)), ("1 person".into(), "4 people".into()));
        assert_eq!((people(Language::De, 1), people(Language::De, 4)), ("1 Person".into(), "4 Personen".into()));
        assert_eq!((people(Language::Es, 1), people(Language::Es, 4)), ("1 persona".into(), "4 personas".into()));
    }

    #[test]
    fn a_browser_gets_the_first_language_it_likes_that_there_is() {
        assert_eq!(Language::preferred("fr-FR,es-MX;q=0.8,de;q=0.5"), Some(Language::Es));
        assert_eq!(Language::preferred("fr,it"), None);
        assert_eq!(Language::preferred(""), None);
    }
}
