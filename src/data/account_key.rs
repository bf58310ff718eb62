//! What account a text names: domains, addresses of email and of pages, ids and names, in one spelling each.
//!
//! A domain of free mail names no account, since strangers share it. The list of them stands here and nowhere else; `docs/accounts.md` shows it.

/// Domains at which anybody gets an address; their subdomains count as well.
pub const FREE_MAIL: [&str; 60] = [
    "126.com",
    "163.com",
    "aim.com",
    "aol.com",
    "att.net",
    "bellsouth.net",
    "bigpond.com",
    "btinternet.com",
    "charter.net",
    "comcast.net",
    "cox.net",
    "earthlink.net",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.co.uk",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "optonline.net",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "t-online.de",
    "tutanota.com",
    "verizon.net",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yandex.ru",
    "ymail.com",
];

/// What a text says about the account of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountKey {
    /// The account, in the spelling by which all its leads are found.
    Named(String),
    /// A domain of free mail.
    FreeMail,
}

impl AccountKey {
    /// Reads a text that is not blank and no spelling of *not known*; a text of nothing but marks that are taken away names no account.
    ///
    /// A domain, an address of email or of a page is its domain: in lower case, without `www.`, path, port and final dot. A text with a digit and
    /// no white space is an id and stands for itself, since ids may differ in case alone. Everything else is a name: in lower case, each run of white
    /// space, `_` and `-` as one blank.
    pub fn of(text: &str) -> Option<AccountKey> {
        let text = text.trim();
        if let Some(domain) = domain(text) {
            let free =
                FREE_MAIL.iter().any(|f| domain == *f || domain.strip_suffix(f).is_some_and(|d| d.ends_with('.')));
            return Some(if free { AccountKey::FreeMail } else { AccountKey::Named(domain) });
        }
        let is_id = text.bytes().any(|b| b.is_ascii_digit()) && !text.contains(char::is_whitespace);
        let part = |c: char| c.is_whitespace() || c == '_' || c == '-';
        let name = || text.to_lowercase().split(part).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let key = if is_id { text.to_string() } else { name() };
        (!key.is_empty()).then_some(AccountKey::Named(key))
    }

    /// The account, if it names one.
    pub fn named(self) -> Option<String> {
        match self {
            AccountKey::Named(key) => Some(key),
            AccountKey::FreeMail => None,
        }
    }
}

/// The domain of an address or a domain itself; `None` for a text that is neither.
fn domain(text: &str) -> Option<String> {
    let address = text.rsplit_once('@').map(|(_, host)| host.trim_end_matches('>'));
    let page = text.split_once("://").map(|(_, rest)| rest);
    // An address of a page may have an `@` in its path; its scheme says that it is one.
    let rest = page.or(address).unwrap_or(text);
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host
        .split_once(':')
        .map_or(host, |(host, port)| if port.bytes().all(|b| b.is_ascii_digit()) { host } else { "" });
    let host = host.trim().trim_end_matches('.').to_lowercase();
    let bare = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(&host);
    is_domain(bare).then(|| bare.to_string())
}

/// Labels of letters, digits, `-` and `_` with dots between them, of which the last begins with a letter: `3.2` is no domain.
fn is_domain(host: &str) -> bool {
    let label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let last = host.rsplit('.').next().unwrap_or("");
    host.contains('.')
        && host.split('.').all(label)
        && last.chars().count() > 1
        && last.starts_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        match AccountKey::of(text) {
            Some(AccountKey::Named(key)) => key,
            Some(AccountKey::FreeMail) => "(free mail)".to_string(),
            None => "(none)".to_string(),
        }
    }

    #[test]
    fn spellings_of_one_domain_are_one_account() {
        for text in [
            "harbor.example.com",
            " Harbor.Example.com ",
            "WWW.harbor.example.com",
            "https://www.harbor.example.com/about?x=a@b.example.org#top",
            "http://user@harbor.example.com:8080",
            "harbor.example.com/",
            "harbor.example.com.",
            "dana@harbor.example.com",
            "Dana Roe <Dana.Roe@Harbor.example.com>",
        ] {
            assert_eq!(key(text), "harbor.example.com", "{text}");
        }
        assert_eq!(
            key("clinics.harbor.example.com"),
            "clinics.harbor.example.com",
            "a subdomain is an account of its own"
        );
        assert_eq!(key("praxis-köln.example.org"), "praxis-köln.example.org");
        assert_eq!(key("www.example"), "www.example", "what is left must be a domain");
    }

    #[test]
    fn ids_stand_for_themselves_and_names_ignore_case_and_blanks() {
        assert_eq!(key("001A0000006Vm9r"), "001A0000006Vm9r");
        assert_ne!(key("001A0000006Vm9r"), key("001A0000006Vm9R"));
        assert_eq!(key("00042"), "00042", "leading zeros are part of an id");
        assert_eq!(key("3.2"), "3.2");
        for text in ["  Harbor \t Health ", "harbor_health", "HARBOR-Health"] {
            assert_eq!(key(text), "harbor health", "{text}");
        }
        assert_eq!(key("Dr. Roe's practice"), "dr. roe's practice");
        assert_eq!(key("a.b c"), "a.b c");
        assert_eq!(key("St. Anne's No. 7"), "st. anne's no. 7");
        assert_eq!([key(""), key(" \u{a0} "), key(" -- _")], ["(none)", "(none)", "(none)"]);
        assert_eq!([key("@"), key("://"), key("....")], ["@", "://", "...."], "odd texts are names");
    }

    #[test]
    fn free_mail_names_no_account() {
        for text in ["gmail.com", "GMAIL.com", "dana@Gmail.com", "mail.yahoo.com", "https://www.outlook.com/"] {
            assert_eq!(key(text), "(free mail)", "{text}");
        }
        assert_eq!(key("notgmail.com"), "notgmail.com");
        assert_eq!(key("gmail.com.example.org"), "gmail.com.example.org");
        assert!(FREE_MAIL.is_sorted());
        assert!(FREE_MAIL.iter().all(|f| domain(f).as_deref() == Some(*f)), "each is written as a key is");
    }
}
