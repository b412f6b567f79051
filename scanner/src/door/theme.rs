//! Dark or light: a door is dark, so the screen is, unless somebody chooses otherwise on it.

use axum::http::HeaderMap;
use serde::Deserialize;

use super::reader::cookie;

/// Cookie with what somebody chose on the screen.
pub(super) const COOKIE: &str = "theme";

/// How the screen looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Theme {
    /// For the night.
    #[default]
    Dark,
    /// For a door in the sun.
    Light,
    /// As the device is set.
    Device,
}

impl Theme {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Device];

    /// As chosen in this browser.
    pub(super) fn chosen(headers: &HeaderMap) -> Self {
        let name = cookie(headers, COOKIE);
        Self::ALL.into_iter().find(|theme| Some(theme.name()) == name).unwrap_or_default()
    }

    /// Its name in links, cookie and styles.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Device => "device",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::http::{HeaderValue, header};

    #[test]
    fn the_screen_is_dark_until_somebody_chooses() {
        assert_eq!(Theme::chosen(&HeaderMap::new()), Theme::Dark);
        for (cookie, theme) in
            [("theme=light", Theme::Light), ("a=b; theme=device", Theme::Device), ("theme=x", Theme::Dark)]
        {
            let headers = [(header::COOKIE, HeaderValue::from_static(cookie))].into_iter().collect();
            assert_eq!(Theme::chosen(&headers), theme, "{cookie}");
        }
    }
}
