//! Server-sent events as bytes (WHATWG HTML, section 9.2): written once, shared by everybody who gets them.

use axum::body::Bytes;
use serde::Serialize;

/// Says that the figures still hold; without an id, so that it moves nobody's place in the stream.
pub const BEAT: Bytes = Bytes::from_static(b"event: beat\ndata: -\n\n");

/// One event with JSON content; `id` is what a browser names when it takes the stream up again.
pub fn message(name: &str, id: Option<i64>, content: &impl Serialize) -> Result<Bytes, serde_json::Error> {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    // JSON has no line breaks of its own, so the content is one line.
    let mut text = format!("{id}event: {name}\ndata: ").into_bytes();
    serde_json::to_writer(&mut text, content)?;
    text.extend(b"\n\n");
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_of_content_whatever_it_says() {
        let sent = message("state", Some(7), &"two\nlines\r\n\u{2028}").unwrap();
        assert_eq!(sent, "id: 7\nevent: state\ndata: \"two\\nlines\\r\\n\u{2028}\"\n\n");
        assert_eq!(message("course", None, &[1]).unwrap(), "event: course\ndata: [1]\n\n");
    }
}
