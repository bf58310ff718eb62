//! Signals: named behaviours.

use super::condition::Cond;
use super::ids::ChannelId;
use crate::source::Span;

pub use crate::syntax::tree::Tier;

/// A named behaviour.
#[derive(Clone, Debug)]
pub struct Signal {
    pub name: String,
    pub tier: Tier,
    /// Not empty.
    pub channels: Vec<ChannelId>,
    /// The event types it takes, as written; the signal's own name where nothing is said. Compared with [`fold`](super::text::fold).
    pub events: Vec<String>,
    /// Sees attributes only ([`Atom::Attribute`](super::condition::Atom::Attribute)); unknown counts as no match.
    pub condition: Option<Cond>,
    pub span: Span,
}

impl Signal {
    /// How people see it.
    pub fn label(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// The word of a tier.
pub fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::High => "high",
        Tier::Mid => "mid",
        Tier::Low => "low",
        Tier::Negative => "negative",
    }
}
