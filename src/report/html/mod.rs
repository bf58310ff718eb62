//! The one door to browsers: a self-contained page that opens from a file, asks no network for anything, and shows every text from outside as text.
//!
//! Templates are written with `maud`, which escapes what stands in parentheses. Texts from outside go through [`Text`] besides, so that what is
//! not seen (direction marks, control characters) becomes something that is. A policy of the page itself lets the browser run only the script
//! that this module put there, whatever a text may have smuggled in.

pub mod backtest;
pub mod chart;
mod noticed;
pub mod playbook;
pub mod run;

use super::sanitize::for_terminal;
use base64::Engine;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
use sha2::{Digest, Sha256};

/// A text from outside: shown as it is, with marks that cannot be seen written out.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t>(pub &'t str);

impl Render for Text<'_> {
    fn render_to(&self, out: &mut String) {
        for_terminal(self.0).render_to(out);
    }
}

/// What a page is made of.
#[derive(Debug)]
pub struct Page<'p> {
    /// Stands in the tab of the browser; the body has a heading of its own.
    pub title: &'p str,
    /// What stands in the `main` landmark.
    pub body: Markup,
    /// Rules of this page beside the common ones; written here, never made from data.
    pub style: &'static str,
    /// What makes the page move, or nothing; written here, never made from data. The page must say all it has to say without it.
    pub script: &'static str,
    /// What the script works on, as JSON; the script finds it in the element `data`.
    pub data: Option<String>,
}

const STYLE: &str = include_str!("page.css");

impl Page<'_> {
    /// The whole document, as UTF-8.
    pub fn document(&self) -> String {
        let script = (!self.script.is_empty()).then_some(self.script);
        let policy = format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src {}",
            script.map_or("'none'".to_string(), hash),
        );
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (Text(self.title)) }
                    style { (PreEscaped(STYLE)) (PreEscaped(self.style)) }
                }
                body {
                    a.skip href="#main" { "Skip to content" }
                    main #main tabindex="-1" { (self.body) }
                    @if let Some(data) = &self.data {
                        script #data type="application/json" { (PreEscaped(inert_json(data))) }
                    }
                    @if let Some(script) = script {
                        script { (PreEscaped(script)) }
                    }
                }
            }
        };
        page.into_string() + "\n"
    }
}

/// The source expression that lets a browser run this script and no other.
fn hash(script: &str) -> String {
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script)))
}

/// JSON that cannot end the element it stands in, nor begin a comment there; it reads as the same value.
fn inert_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_and_never_read() {
        let markup =
            html! { p title=(Text("\"x\" onload=")) { (Text("<script>alert(1)</script> \u{202e}e & \u{1b}[31m")) } };
        let expected =
            "<p title=\"&quot;x&quot; onload=\">&lt;script&gt;alert(1)&lt;/script&gt; \\u{202e}e &amp; \\u{1b}[31m</p>";
        assert_eq!(markup.into_string(), expected);
    }

    #[test]
    fn data_cannot_leave_their_element() {
        let data = serde_json::json!(["</script><script>alert(1)</script>", "<!--", "\u{2028}", "&amp;"]).to_string();
        let inert = inert_json(&data);
        assert!(!inert.contains(['<', '>', '&', '\u{2028}']), "{inert}");
        let (before, after): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(&data).expect("JSON"), serde_json::from_str(&inert).expect("JSON"));
        assert_eq!(before, after);
    }

    #[test]
    fn a_page_runs_its_own_script_and_nothing_else() {
        let page = |script| Page { title: "Demo", body: html! { p { "x" } }, style: "", script, data: None }.document();
        let quiet = page("");
        assert!(quiet.contains("script-src 'none'") && !quiet.contains("<script"));
        let loud = page("alert(1)");
        // The hash is the one that `openssl dgst -sha256 -binary | base64` gives for these eight bytes.
        assert!(loud.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{loud}");
        for page in [quiet, loud] {
            assert!(!page.contains("http:") && !page.contains("https:"), "{page}");
        }
    }
}
